#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "application/files/files.h"
#include "application/files/storage.h"
#include "application/operation/operation.h"
#include "application/store/store.h"
#include "base/random.h"
#include "observability/metrics.h"

namespace parley::application::api {

namespace asio = boost::asio;

/// Files on their way between an edge and the storage, block by block: no file is ever in memory,
/// and no loop waits for a disk.
///
///  owner    `parley app`
///  thread   the loop's; the storage is asked on threads of its own
///  bounded  kMostUploads at once, a block of kBlock each; an upload that brings no block for
///           kPatience, or is not whole after kLongest, is given up
class Transfers {
 public:
  static constexpr std::size_t kMostUploads = 64;
  static constexpr std::size_t kBlock = std::size_t{128} * 1024;
  static constexpr auto kPatience = std::chrono::seconds(30);
  static constexpr auto kLongest = std::chrono::minutes(30);

  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  /// What came in, whole and looked at; in the storage, though no row knows it yet.
  struct Received {
    std::shared_ptr<files::Upload> upload;
    std::string digest;
  };

  Transfers(asio::io_context& loop, files::Storage& storage, Random& random, std::int64_t most);
  ~Transfers();

  asio::awaitable<std::expected<Received, operation::Problem>> receive(
      boost::beast::tcp_stream& stream, boost::beast::flat_buffer& buffer, Parser& parser,
      std::string name);
  /// The content, where it is there; the error: it is not. What is sent is for saving, whatever it
  /// is: no browser shows it as a page of ours.
  asio::awaitable<std::expected<std::unique_ptr<files::Kept>, operation::Problem>> open(
      std::string id);
  /// False: the connection is of no more use.
  asio::awaitable<bool> send(boost::beast::tcp_stream& stream, const operation::Content& content,
                             files::Kept& file, bool keep_alive);

  /// Their rows are gone.
  void remove(std::vector<std::string> ids);
  /// Removes the bytes that no row has known for longer than an upload can take.
  void sweep(store::Store& store, WallTime now);

  void expose(observability::Exposition& out) const;

 private:
  template <typename Result, typename Work>
  asio::awaitable<Result> on_disk(Work work);
  void sweep_some(store::Store& store, std::shared_ptr<std::vector<std::string>> ids);

  asio::io_context& loop_;
  files::Storage& storage_;
  Random& random_;
  const std::int64_t most_;
  observability::Counter received_;
  observability::Counter received_bytes_;
  observability::Counter sent_;
  observability::Counter given_up_;
  observability::Counter removed_;
  /// Both outlive this where an upload is given up only with its loop.
  std::shared_ptr<std::size_t> uploads_ = std::make_shared<std::size_t>(0);
  std::shared_ptr<asio::thread_pool> disk_ = std::make_shared<asio::thread_pool>(2);
};

}  // namespace parley::application::api
