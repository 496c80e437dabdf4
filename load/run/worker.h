#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "load/client/client.h"
#include "load/measure/counts.h"
#include "load/run/signaling.h"
#include "runtime/loop.h"
#include "runtime/random.h"
#include "runtime/udp.h"

namespace parley::load {

/// What a worker's clients have come to, as of now.
struct Standing {
  std::size_t begun = 0;
  std::size_t ready = 0;  ///< Have been, whatever became of them.
  std::size_t refused = 0;
  std::size_t dropped = 0;
  std::size_t left = 0;
  std::size_t sent_on = 0;  ///< How often somebody was told to begin anew, and did.
  std::size_t inside = 0;   ///< Ready, and still there.
  std::size_t failed = 0;   ///< Not ready, and had its time.
  std::size_t tracks = 0;   ///< Of those inside that subscribe.
  std::size_t tracks_with_media = 0;
  std::size_t silent_tracks = 0;
  TrackSender::Counts sent;
  Counts received;
  Histogram join;                               ///< Until the join response.
  Histogram media;                              ///< Until the first whole frame.
  std::uint64_t unsendable = 0;                 ///< Datagrams that our own kernel did not take.
  std::map<std::string, std::size_t> reasons;   ///< Of those refused or dropped.
  std::map<std::string, std::size_t> problems;  ///< Descriptions that no browser would take.

  void add(const Standing& other);
};

struct WorkerConfig {
  Signaling* signaling = nullptr;  ///< Outlives the worker.
  const dtls::Certificate* certificate = nullptr;
  std::uint32_t run = 0;
  std::optional<srtp::Suite> suite{};
  std::uint64_t seed = 0;
  /// A track without a packet for so long is silent.
  Duration silence = 2s;
  /// Who is not ready after so long has failed.
  Duration patience = 5s;
  std::size_t number = 0;
};

/// A thread with clients: their sockets, timers and packets.
///
///  thread   begin, leave, measure and standing from any (they wait for nothing but standing, which
///           waits for the answer); the rest is its own
class Worker {
 public:
  explicit Worker(const WorkerConfig& config);
  ~Worker();

  void begin(ClientId id, Plan plan, std::string token);
  void leave(ClientId id);
  /// Delays count from now on.
  void measure();
  Standing standing();
  /// Everybody says goodbye.
  void leave_all();

 private:
  struct Seat {
    std::unique_ptr<Client> client;
    std::array<std::optional<runtime::UdpSocket>, Client::kConnections> sockets;
    Time scheduled = kNever;  ///< The entry of `due_` that counts.
    bool touched = false;
    std::size_t sent_on = 0;
  };
  using Due = std::pair<Time, ClientId>;

  void open(ClientId id, Plan plan, std::string token);
  void begin_anew(ClientId id, Seat& seat);
  void on_readable(ClientId id, std::size_t connection);
  void touch(ClientId id, Seat& seat);
  Time turn(Time now);
  void settle(ClientId id, Seat& seat, Time now);
  void flush();
  void let_go(ClientId id, Seat& seat);
  Standing look(Time now) const;

  WorkerConfig config_;
  runtime::Loop loop_;
  SeededRandom random_;
  srtp::Engine srtp_;
  Outbox outbox_;
  Shared shared_;
  std::shared_ptr<std::uint8_t[]> slots_ = runtime::UdpSocket::make_slots();
  std::vector<IpAddress> addresses_;
  Counts counts_;
  std::unordered_map<ClientId, Seat> seats_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<ClientId> touched_;
  std::vector<runtime::UdpTrain> trains_;
  std::jthread thread_;
};

}  // namespace parley::load
