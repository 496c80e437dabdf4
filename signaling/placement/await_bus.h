#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <expected>
#include <memory>
#include <string>
#include <utility>

#include "bus/bus.h"

/// The bus's callbacks as things to `co_await`. The bus calls back on the loop that the coroutine
/// runs on.
namespace parley::signaling {

namespace asio = boost::asio;

/// `start` is given a callback that takes one `Result`; the coroutine goes on when it is called.
template <typename Result, typename Start>
asio::awaitable<Result> await_callback(Start start) {
  // Captures nothing that needs a destructor: g++ 12 runs that of temporaries in a co_await twice.
  const auto initiate = [&start](auto handler) {
    // std::function wants something copyable; the handler is not.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    start([shared](Result result) { std::move (*shared)(std::move(result)); });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result)>(
      initiate, asio::use_awaitable);
}

inline asio::awaitable<std::expected<ByteVector, bus::Error>> async_request(bus::Bus& bus,
                                                                            std::string subject,
                                                                            ByteVector payload,
                                                                            Duration timeout) {
  return await_callback<std::expected<ByteVector, bus::Error>>(
      [&bus, subject = std::move(subject), payload = std::move(payload), timeout](auto done) {
        bus.request(subject, payload, timeout, std::move(done));
      });
}

inline asio::awaitable<std::expected<bus::Entry, bus::Error>> async_get(bus::Bus& bus,
                                                                        std::string bucket,
                                                                        std::string key) {
  return await_callback<std::expected<bus::Entry, bus::Error>>(
      [&bus, bucket = std::move(bucket), key = std::move(key)](auto done) {
        bus.get(bucket, key, std::move(done));
      });
}

/// Creates the key, or with a `revision` replaces exactly that one.
inline asio::awaitable<std::expected<std::uint64_t, bus::Error>> async_claim(
    bus::Bus& bus, std::string bucket, std::string key, std::string value, std::uint64_t revision) {
  return await_callback<std::expected<std::uint64_t, bus::Error>>(
      [&bus, bucket = std::move(bucket), key = std::move(key), value = std::move(value),
       revision](auto done) {
        if (revision == 0) {
          bus.create(bucket, key, as_bytes(value), std::move(done));
        } else {
          bus.put(bucket, key, as_bytes(value), revision, std::move(done));
        }
      });
}

}  // namespace parley::signaling
