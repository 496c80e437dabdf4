#include "protocols/ice/agent.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/assert.h"

namespace parley::ice {
namespace {

// RFC 8839 section 5.4: a fragment has 4 to 256 characters, a password 22 to 256.
constexpr std::size_t kMaxCredential = 256;

// RFC 8445 section 14.3 with a ceiling: somebody is waiting to be heard.
constexpr Duration kFirstRetry = 500ms;
constexpr Duration kLongestRetry = 2s;
constexpr int kMaxAttempts = 7;

// RFC 7675 section 5.1: every five seconds, moved by up to a fifth so that agents do not march in
// step.
constexpr Duration kConsentInterval = 5s;

// A nominated path that the peer has turned away from (full agents; see `preferred`).
constexpr Duration kStaleNomination = 5s;

std::size_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

bool within_limits(const Credentials& credentials) {
  return !credentials.ufrag.empty() && credentials.ufrag.size() <= kMaxCredential &&
         credentials.password.size() <= kMaxCredential;
}

}  // namespace

std::string_view to_string(Drop drop) {
  switch (drop) {
    case Drop::malformed:
      return "malformed";
    case Drop::unknown_user:
      return "unknown_user";
    case Drop::bad_integrity:
      return "bad_integrity";
    case Drop::role_conflict:
      return "role_conflict";
    case Drop::unknown_attribute:
      return "unknown_attribute";
    case Drop::unexpected:
      return "unexpected";
  }
  return "?";
}

Agent::Agent(const Config& config, Credentials local, Random& random)
    : config_(config), random_(random) {
  PARLEY_ASSERT(within_limits(local));
  generations_.push_back({1, std::move(local)});
}

void Agent::set_remote(Credentials remote, Time now) {
  // They come from the peer's SDP: what no agent can have is as good as none.
  if (!within_limits(remote) || remote_ == remote) return;
  remote_ = std::move(remote);
  for (Known& known : known_) {
    if (may_check(known) && !known.answered) known.retry_at = now;
  }
}

void Agent::call(std::span<const Path> peer, Time now, Host& host) {
  if (!remote_) return;
  config_.lite = false;
  controlling_ = true;
  for (const Path& path : peer.first(std::min(peer.size(), kMaxCalled))) {
    const bool fresh = find(path) == nullptr;
    Known& known = remember(path, host);  // Bound, so that the answer finds its way to us.
    const std::size_t fragment = hash_of(remote_->ufrag);
    if (!fresh && known.remote_ufrag == fragment) continue;
    if (fresh) known.called = true;
    known.generation = generations_.back().number;
    known.remote_ufrag = fragment;
    known.nominated = known.answered = false;
    known.attempts = 0;
    known.retry_at = now;
  }
}

void Agent::restart(Credentials local) {
  PARLEY_ASSERT(within_limits(local));
  if (generations_.back().local == local) return;
  if (generations_.size() == kMaxGenerations) generations_.erase(generations_.begin());
  generations_.push_back({++last_generation_, std::move(local)});
}

std::optional<Drop> Agent::handle(const Path& path, ByteView datagram, Time now, Host& host) {
  const auto message = stun::parse(datagram);
  if (!message) return Drop::malformed;
  if (message->fingerprint_at != 0 && !stun::fingerprint_ok(*message)) return Drop::malformed;
  switch (message->klass) {
    case stun::Class::request:
      return on_request(path, *message, now, host);
    case stun::Class::success:
    case stun::Class::error:
      return on_response(path, *message, now);
    case stun::Class::indication:
      return std::nullopt;  // RFC 8445 section 11: keeps a NAT awake and says nothing.
  }
  return Drop::malformed;
}

std::optional<Drop> Agent::on_request(const Path& path, const stun::Message& message, Time now,
                                      Host& host) {
  // Whom it is for is looked up before anything is computed. Who does not even know our fragment
  // gets no answer: nothing to learn from us, and nobody to be flooded with what we send back.
  if (!message.username || message.integrity_at == 0) return Drop::malformed;
  const auto username = stun::split_username(*message.username);
  if (!username) return Drop::malformed;
  const Generation* const generation = generation_of(username->left);
  if (generation == nullptr) return Drop::unknown_user;
  const std::string& password = generation->local.password;

  if (!stun::integrity_ok(message, password)) {
    refuse(path, message, 401, "Unauthenticated", nullptr, now, host);
    return Drop::bad_integrity;
  }
  if (message.unknown_count > 0) {  // RFC 8489 section 6.3.1
    refuse(path, message, 420, "Unknown Attribute", &password, now, host);
    return Drop::unknown_attribute;
  }
  if (message.ice_controlled) {  // RFC 8445 section 7.3.1.1: we never give up being controlled.
    refuse(path, message, 487, "Role Conflict", &password, now, host);
    return Drop::role_conflict;
  }

  Known& known = remember(path, host);
  if (generation->number > known.generation) {
    // What was agreed on under older credentials says nothing about these.
    known.generation = generation->number;
    known.nominated = false;
    known.answered = false;
    known.attempts = 0;
    known.retry_at = kNever;
  }
  known.remote_ufrag = hash_of(username->right);
  known.priority = message.priority.value_or(0);
  known.last_check = now;
  authentic(path, now);

  stun::Writer response(stun::Class::success, message.transaction);
  host.send(path, response.xor_mapped_address(path.remote).finish(password));

  if (message.use_candidate) nominate(known, now);
  // RFC 8445 section 7.3.1.4: a triggered check.
  if (may_check(known) && !known.answered && known.attempts == 0) start_check(known, now, host);
  return std::nullopt;
}

std::optional<Drop> Agent::on_response(const Path& path, const stun::Message& message, Time now) {
  Known* const known = find(path);
  if (known == nullptr || known->attempts == 0 || known->transaction != message.transaction) {
    return Drop::unexpected;
  }
  if (message.klass == stun::Class::error) {
    // An error may come without integrity (401, 400); knowing the transaction has to do.
    known->attempts = 0;
    known->retry_at = kNever;
    const bool conflict = message.error && message.error->code == 487;
    return conflict ? Drop::role_conflict : Drop::unexpected;
  }
  if (!remote_ || !stun::integrity_ok(message, remote_->password)) return Drop::bad_integrity;

  // Only the first of several attempts says how long the way was (Karn's rule).
  if (known->attempts == 1) round_trip_ = now - known->sent;
  known->answered = true;
  known->called = false;
  known->attempts = 0;
  known->retry_at = kNever;
  authentic(path, now);
  if (controlling_ && (!selected_ || known->generation > selected_->generation)) {
    // RFC 8445 section 8.1.1: the first that works is nominated by another check of it; the others
    // have lost.
    for (Known& other : known_) other.retry_at = kNever;
    known->nominated = true;
    known->retry_at = now;
    select(*known, now);
    return std::nullopt;
  }
  if (known->nominated && preferred(*known, now)) select(*known, now);
  return std::nullopt;
}

// A peer that we cannot tell from an attacker is told what is wrong, but not as often as it asks.
void Agent::refuse(const Path& path, const stun::Message& message, std::uint16_t code,
                   std::string_view reason, const std::string* password, Time now, Host& host) {
  if (now - error_window_ >= 1s) {
    error_window_ = now;
    errors_in_window_ = 0;
  }
  if (++errors_in_window_ > kMaxErrorsPerSecond) return;
  stun::Writer response(stun::Class::error, message.transaction);
  response.error(code, reason);
  if (message.unknown_count > 0) response.unknown_attributes(message.unknown_attributes());
  host.send(path, password ? response.finish(*password) : response.finish());
}

Agent::Known& Agent::remember(const Path& path, Host& host) {
  if (Known* const known = find(path)) return *known;
  if (known_.size() == kMaxPaths) {
    // The one that was checked longest ago goes, but never the one in use.
    auto oldest = known_.end();
    for (auto it = known_.begin(); it != known_.end(); ++it) {
      if (selected_ && it->path == selected_->path) continue;
      if (oldest == known_.end() || it->last_check < oldest->last_check) oldest = it;
    }
    host.unbind(oldest->path);
    known_.erase(oldest);
  }
  Known known;
  known.path = path;
  known_.push_back(known);
  host.bind(path);
  return known_.back();
}

void Agent::authentic(const Path& path, Time now) {
  last_heard_ = now;
  if (!selected_ || selected_->path != path) return;
  last_check_ = now;
  if (state_ == State::lost) connect(now);
}

void Agent::connect(Time now) {
  state_ = State::connected;
  last_heard_ = now;
  last_check_ = now;
  if (!config_.lite) schedule_consent_check(now);
}

void Agent::schedule_consent_check(Time now) {
  const auto moved = static_cast<std::int64_t>(random_.below(401)) - 200;  // Per mille.
  next_consent_check_ = now + kConsentInterval + kConsentInterval * moved / 1000;
}

void Agent::nominate(Known& known, Time now) {
  known.nominated = true;
  known.last_nomination = now;
  // RFC 8445 section 7.3.1.5: a full agent waits until its own check of the pair has succeeded.
  if ((config_.lite || known.answered) && preferred(known, now)) select(known, now);
}

// Does the peer now mean this path rather than the selected one?
bool Agent::preferred(const Known& known, Time now) const {
  if (!selected_ || known.generation > selected_->generation) return true;
  if (known.generation < selected_->generation) return false;
  if (known.path == selected_->path) return false;  // It is.
  // To a lite agent a peer nominates what it has chosen to use, and again when it chooses anew.
  if (config_.lite) return true;
  // To a full one it may nominate all that works (aggressively) and expect the best to be used, so
  // a lesser path takes over only when the peer has stopped to care for the better one.
  const Known* const current = find(selected_->path);
  return current == nullptr || known.priority >= current->priority ||
         now - current->last_nomination > kStaleNomination ||
         now - current->last_check > kStaleNomination;
}

void Agent::select(Known& known, Time now) {
  selected_ = Selected{known.path, known.generation};
  // RFC 8445 section 9: with the new pair in use, the old credentials have done their work.
  std::erase_if(generations_, [&](const Generation& g) { return g.number < known.generation; });
  connect(now);
}

bool Agent::may_check(const Known& known) const {
  return !config_.lite && remote_ && known.remote_ufrag == hash_of(remote_->ufrag);
}

void Agent::start_check(Known& known, Time now, Host& host) {
  random_.fill(known.transaction);
  known.attempts = 0;
  send_check(known, now, host);
}

void Agent::send_check(Known& known, Time now, Host& host) {
  const auto generation = std::find_if(generations_.begin(), generations_.end(),
                                       [&](const auto& g) { return g.number == known.generation; });
  if (generation == generations_.end() || !may_check(known) || known.attempts == kMaxAttempts) {
    known.attempts = 0;
    known.retry_at = kNever;
    return;
  }
  std::array<char, 2 * kMaxCredential + 1> name;
  char* end = std::copy(remote_->ufrag.begin(), remote_->ufrag.end(), name.begin());
  *end++ = ':';
  end = std::copy(generation->local.ufrag.begin(), generation->local.ufrag.end(), end);

  // RFC 8445 section 7.2.2: the priority that a peer-reflexive candidate of ours would have. The
  // tie breaker is the smallest there is, so that whoever finds us in a conflict becomes
  // controlling.
  constexpr std::uint32_t kPeerReflexive = 110u << 24 | 65535u << 8 | 255;
  stun::Writer request(stun::Class::request, known.transaction);
  request.username({name.data(), static_cast<std::size_t>(end - name.data())})
      .priority(kPeerReflexive);
  if (controlling_) {
    request.ice_controlling(~std::uint64_t{0});
    if (selected_ && selected_->path == known.path) request.use_candidate();
  } else {
    request.ice_controlled(0);
  }
  const ByteView bytes = request.finish(remote_->password);
  if (known.attempts == 0) known.sent = now;
  known.retry_at = now + std::min(kLongestRetry, kFirstRetry * (1 << known.attempts));
  ++known.attempts;
  host.send(known.path, bytes);
}

void Agent::forget(const Path& path, Time now, Host& host) {
  const auto it = std::find_if(known_.begin(), known_.end(),
                               [&](const Known& known) { return known.path == path; });
  if (it == known_.end()) return;
  known_.erase(it);
  host.unbind(path);
  if (!selected_ || selected_->path != path) return;
  // The peer may have nominated others before. If not, the selection stands, leading nowhere, until
  // it checks anew or falls silent for too long.
  Known* best = nullptr;
  for (Known& known : known_) {
    const bool usable = known.nominated && known.generation == selected_->generation &&
                        (config_.lite || known.answered);
    if (usable && (best == nullptr || known.last_check > best->last_check)) best = &known;
  }
  if (best != nullptr) select(*best, now);
}

void Agent::release(Host& host) {
  for (const Known& known : known_) host.unbind(known.path);
  known_.clear();
}

void Agent::on_deadline(Time now, Host& host) {
  if (state_ == State::connected && now >= lost_at()) {
    state_ = State::lost;
    next_consent_check_ = kNever;
  }
  if (config_.lite) return;
  if (now >= next_consent_check_) {
    schedule_consent_check(now);
    Known* const known = find(selected_->path);
    if (known != nullptr && known->attempts == 0) start_check(*known, now, host);
  }
  for (Known& known : known_) {
    if (known.retry_at > now) continue;
    if (known.attempts == 0) {
      start_check(known, now, host);
    } else {
      send_check(known, now, host);
    }
  }
}

Time Agent::next_deadline() const {
  Time next = state_ == State::connected ? lost_at() : kNever;
  if (config_.lite) return next;
  next = std::min(next, next_consent_check_);
  for (const Known& known : known_) next = std::min(next, known.retry_at);
  return next;
}

Time Agent::lost_at() const {
  return std::min(last_heard_ + config_.silence, last_check_ + config_.consent);
}

const Agent::Known* Agent::find(const Path& path) const {
  for (const Known& known : known_) {
    if (known.path == path) return &known;
  }
  return nullptr;
}

Agent::Known* Agent::find(const Path& path) {
  return const_cast<Known*>(std::as_const(*this).find(path));
}

const Agent::Generation* Agent::generation_of(std::string_view ufrag) const {
  for (const Generation& generation : generations_) {
    if (generation.local.ufrag == ufrag) return &generation;
  }
  return nullptr;
}

}  // namespace parley::ice
