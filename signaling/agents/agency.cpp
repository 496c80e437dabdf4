#include "signaling/agents/agency.h"

#include <utility>
#include <variant>

#include "base/assert.h"
#include "bus/subjects.h"
#include "signaling/clock.h"

namespace parley::signaling {
namespace {

/// Workers that are there are announced this often; a node misses three before it gives them up.
constexpr auto kTick = std::chrono::seconds(1);

ByteVector serialize(const google::protobuf::MessageLite& message) {
  ByteVector bytes(message.ByteSizeLong());
  message.SerializeToArray(bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

}  // namespace

struct Agency::Link {
  template <typename... Args>
  explicit Link(Args&&... args) : worker(std::forward<Args>(args)...) {}

  Worker worker;
  std::function<void()> wake;
  std::map<std::string, std::string> offers;  ///< Whom to answer, by job id.
};

class Agency::WorkerSpeaker final : public Speaker {
 public:
  WorkerSpeaker(Agency& agency, std::shared_ptr<Link> link)
      : agency_(agency), link_(std::move(link)) {}

  void on_open(std::function<void()> wake) override { link_->wake = std::move(wake); }
  void on_frame(bool text, std::string_view bytes) override {
    link_->worker.on_frame(text, bytes, monotonic_now(), wall_now());
    agency_.work(*link_);
  }
  void on_closed() override { agency_.close(link_); }
  std::optional<Frame> next_frame() override { return link_->worker.next_frame(); }
  std::optional<CloseCode> closing() const override { return link_->worker.closing(); }
  bool abandoned() const override { return link_->worker.abandoned(); }

 private:
  Agency& agency_;
  std::shared_ptr<Link> link_;
};

Agency::Agency(boost::asio::io_context& loop, bus::Bus& bus, const KeyRing& keys, Random& random,
               Metrics& metrics)
    : bus_(bus),
      keys_(keys),
      random_(random),
      metrics_(metrics),
      id_(random.token(12)),
      timer_(loop) {
  subscriptions_.push_back(
      bus_.subscribe(bus::agent_edge(id_), [this](const bus::Message& m) { on_message(m); }));
  subscriptions_.push_back(
      bus_.subscribe(bus::kAgentRecall, [this](const bus::Message& m) { on_recall(m); }));
  tick();
}

Agency::~Agency() = default;

std::unique_ptr<Speaker> Agency::admit(const Token& token) {
  if (silent_ || links_.size() >= kMaxWorkers) {
    metrics_.agents.over_limit.add();
    return nullptr;
  }
  const std::string id = "AW_" + random_.token(12);
  const auto link = std::make_shared<Link>(
      id,
      [this, api_key = token.api_key](const Token& agent, WallTime wall) {
        return mint(api_key, agent, wall);
      },
      random_, metrics_, monotonic_now());
  links_.emplace(id, link);
  metrics_.agents.connected.add(1);
  return std::make_unique<WorkerSpeaker>(*this, link);
}

/// With the key that let the worker in, so that taking that away ends its agents, too.
std::string Agency::mint(const std::string& api_key, const Token& token, WallTime wall) const {
  const ApiKey* key = keys_.find(api_key);
  if (key == nullptr) key = keys_.first();
  PARLEY_ASSERT(key != nullptr);  // The configuration was checked at the start.
  return mint_token(token, *key, wall);
}

void Agency::shutdown() {
  silent_ = true;
  for (const auto& [id, link] : links_) {
    link->worker.on_shutdown();
    if (link->wake) link->wake();
  }
}

void Agency::close(const std::shared_ptr<Link>& link) {
  link->wake = nullptr;
  link->worker.on_socket_lost();
  work(*link);
  if (links_.erase(link->worker.id()) == 0) return;
  metrics_.agents.connected.add(-1);
  if (link->worker.registered()) announce();
}

void Agency::work(Link& link) {
  bool changed = false;
  while (auto event = link.worker.next_event()) {
    if (std::holds_alternative<Worker::Changed>(*event)) {
      changed = true;
    } else if (const auto* answered = std::get_if<Worker::Answered>(&*event)) {
      const auto to = link.offers.find(answered->job_id);
      if (to == link.offers.end()) continue;  // Its own, simulated.
      reply(to->second, answered->answer);
      link.offers.erase(to);
    } else if (const auto* update = std::get_if<Worker::JobUpdate>(&*event)) {
      plane::agents::ToNode message;
      message.set_room(update->room);
      *message.mutable_update() = update->update;
      bus_.publish(bus::agent_node(update->node_id), serialize(message));
    }
  }
  if (changed) announce();
  if (link.wake) link.wake();
}

// ---------------------------------------------------------------------------------------------------
// Nodes

void Agency::announce() {
  if (silent_) return;
  plane::agents::Workers message;
  message.set_edge_id(id_);
  for (const auto& [id, link] : links_) {
    if (link->worker.registered()) *message.add_workers() = link->worker.info();
  }
  bus_.publish(bus::kAgentWorkers, serialize(message));
}

void Agency::on_message(const bus::Message& message) {
  plane::agents::ToEdge said;
  if (!said.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size()))) {
    return;
  }
  if (said.has_offer()) return on_offer(said.offer(), message.reply_to);
  const auto found = links_.find(said.termination().worker_id());
  if (found == links_.end()) return;
  found->second->worker.terminate(said.termination().job_id());
  work(*found->second);
}

void Agency::on_offer(const plane::agents::Offer& offer, std::string_view reply_to) {
  const auto found = links_.find(offer.worker_id());
  if (found == links_.end()) {
    plane::agents::Answer gone;
    gone.set_outcome(plane::agents::Answer::GONE);
    return reply(reply_to, gone);
  }
  Link& link = *found->second;
  link.offers.insert_or_assign(offer.job().id(), std::string(reply_to));
  link.worker.offer(offer.job(), offer.node_id(), monotonic_now());
  work(link);
}

void Agency::on_recall(const bus::Message& message) {
  plane::agents::Recall recall;
  if (!recall.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size()))) {
    return;
  }
  for (const auto& [id, link] : links_) {
    for (livekit::Job& job : link->worker.recall(recall.room(), recall.node_id())) {
      plane::agents::ToNode running;
      running.set_room(recall.room());
      *running.mutable_running()->mutable_job() = std::move(job);
      running.mutable_running()->set_edge_id(id_);
      bus_.publish(bus::agent_node(recall.node_id()), serialize(running));
    }
  }
}

void Agency::reply(std::string_view to, const plane::agents::Answer& answer) {
  if (!to.empty()) bus_.publish(to, serialize(answer));
}

void Agency::tick() {
  const Time now = monotonic_now();
  std::vector<std::shared_ptr<Link>> due;
  for (const auto& [id, link] : links_) {
    if (link->worker.next_deadline() <= now) due.push_back(link);
  }
  for (const auto& link : due) {
    link->worker.on_deadline(now);
    work(*link);
  }
  if (!links_.empty()) announce();
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

}  // namespace parley::signaling
