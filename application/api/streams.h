#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "application/api/desk.h"
#include "application/journal/journal.h"
#include "bus/bus.h"

namespace parley::application::api {

/// One page that listens: what is to be written to it as server-sent events.
///
///  owner    the connection that writes; Streams knows it for as long as that holds it
///  thread   the loop's
///  bounded  kMost bytes that wait; a page that does not read is let go, and comes back
class Stream {
 public:
  static constexpr std::size_t kMost = 4 * 1024 * 1024;

  Stream(asio::io_context& loop, journal::Listener listener, meetings::Sighting place,
         std::int64_t number);

  /// What is to be written now, and none of it twice.
  std::string take();
  bool is_over() const { return over_; }
  /// Expires when there is something to write, or when it is over.
  asio::steady_timer& news() { return news_; }

  void say(std::string_view type, std::string_view body,
           std::optional<std::int64_t> number = std::nullopt);
  void close();

  const journal::Listener& listener() const { return listener_; }
  const meetings::Sighting& place() const { return place_; }
  std::int64_t number() const { return number_; }

  /// Says it if it is for them; either way it is behind them afterwards.
  void on_event(const journal::Event& event);

 private:
  void learn(std::string_view me);

  asio::steady_timer news_;
  journal::Listener listener_;
  meetings::Sighting place_;
  std::int64_t number_;
  std::string waiting_;
  bool over_ = false;
};

/// Who listens to which meeting in this process. Reads a meeting's journal once for all of them
/// whenever something was written to it, here or in another process.
///
///  owner    `parley app`
///  thread   the loop's
///  bounded  kMostStreams
class Streams {
 public:
  static constexpr std::size_t kMostStreams = 50'000;
  struct Surroundings {
    store::Store& store;
    bus::Bus& bus;
    Random& random;
    std::function<WallTime()> now;
    Desk::Follow follow;
  };

  Streams(asio::io_context& loop, Surroundings surroundings);

  /// A stream from after `last_number` on, or from now; whoever had left is inside again.
  using Opened = std::expected<std::shared_ptr<Stream>, operation::Problem>;
  asio::awaitable<Opened> open(Request request, std::optional<std::int64_t> last_number);
  /// The page is gone: its place is kept for a while.
  void closed(const std::shared_ptr<Stream>& stream);

  /// Something was committed. Tells the other processes as well.
  void on_news(const meetings::Meeting& meeting,
               const std::vector<operation::Effects::Flash>& flashes);
  /// Pages are told to come back, and will find another process.
  void shutdown();
  void expose(observability::Exposition& out) const;

 private:
  struct Audience {
    meetings::Meeting meeting;
    std::set<std::shared_ptr<Stream>> streams;
    bool reading = false;
    bool again = false;
  };
  using Key = std::pair<std::string, std::string>;  ///< Tenant and meeting.

  void on_message(const bus::Message& message);
  void read(const Key& key);
  void deliver(const Key& key, const std::vector<journal::Event>& events, bool more);
  void flash(const Key& key, const journal::Audience& audience, std::string_view type,
             std::string_view body);
  void keep_places();

  asio::io_context& loop_;
  Surroundings around_;
  const std::string instance_;
  asio::steady_timer timer_;
  std::map<Key, Audience> audiences_;
  std::size_t open_ = 0;
  bool stopping_ = false;
  observability::Counter told_;
  observability::Counter slow_;
  std::unique_ptr<bus::Subscription> elsewhere_;
};

}  // namespace parley::application::api
