#include "media/session/server_peer.h"

#include <algorithm>

#include <fmt/format.h>

namespace parley::media {
namespace {
constexpr const char* kDataMid = "data";
}

ServerPeer::ServerPeer(Surroundings& world, Subscriber& subscriber)
    : subscriber_(subscriber), peer_(world, true) {}

void ServerPeer::restart(Time) {
  peer_.restart_ice();
  deadline_.reset();
  wanted_ = true;
}

/// Empties the sections of what is no longer wanted and finds one for everything that waits.
void ServerPeer::assign() {
  for (Section& section : sections_) {
    if (section.holder && subscriber_.find(*section.holder) == nullptr) {
      section.holder.reset();
      section.stale = true;
    }
  }
  for (Kind kind : {Kind::audio, Kind::video}) {
    while (Downstream* waiting = subscriber_.next_waiting(kind)) {
      auto free = std::ranges::find_if(
          sections_, [&](const Section& s) { return s.kind == kind && !s.holder && !s.stale; });
      if (free == sections_.end()) {
        sections_.push_back(
            {fmt::format("{}", sections_.size()), kind, std::nullopt, {}, {}, false});
        free = sections_.end() - 1;
      }
      free->holder = waiting->id;
      free->track_sid = waiting->track->info.sid();
      if (free->first_track_sid.empty()) free->first_track_sid = free->track_sid;
      waiting->state = Downstream::State::negotiating;
    }
  }
}

std::vector<OfferedSection> ServerPeer::describe() const {
  std::vector<OfferedSection> out;
  for (const Section& section : sections_) {
    std::optional<SendPlan> plan;
    Downstream* downstream = section.holder ? subscriber_.find(*section.holder) : nullptr;
    if (downstream) {
      plan = downstream->plan();
      // A section used again: its track in the browser is still called by the first one's id, so
      // the SID goes where clients look before that, the stream's second half (contract section 4).
      if (section.first_track_sid != section.track_sid) {
        plan->stream_id = downstream->track->publisher_sid + "|" + section.track_sid;
      }
    }
    out.push_back({section.mid, section.kind, std::move(plan)});
  }
  return out;
}

std::optional<livekit::SessionDescription> ServerPeer::next_offer(Time now) {
  if (!wanted_ || deadline_) return std::nullopt;
  wanted_ = false;
  deadline_ = now + kAnswerTimeout;
  assign();
  in_flight_ = describe();
  livekit::SessionDescription out;
  out.set_type("offer");
  out.set_sdp(sdp::print(offer(in_flight_, kDataMid, peer_.next())));
  out.set_id(++offer_id_);
  for (const Section& section : sections_) {
    if (section.holder) (*out.mutable_mid_to_track_id())[section.mid] = section.track_sid;
  }
  return out;
}

std::expected<ServerPeer::Settled, std::string> ServerPeer::on_answer(
    const livekit::SessionDescription& message) {
  Settled out;
  // Clients echo the id of the offer; zero is from before there were ids.
  if (!deadline_ || (message.id() != 0 && message.id() != offer_id_)) return out;
  const auto answer = sdp::parse(message.sdp());
  if (!answer) {
    return std::unexpected(fmt::format("answer, line {}: {}", answer.error().line,
                                       sdp::to_string(answer.error().reason)));
  }
  const auto remote = remote_end(*answer);
  if (!remote) return std::unexpected("answer without ICE credentials or fingerprint");
  deadline_.reset();
  peer_.set_remote(*remote);

  const std::vector<Negotiated> results = read_answer(in_flight_, *answer);
  for (std::size_t i = 0; i < results.size(); ++i) {
    Section& section = sections_[i];
    if (!in_flight_[i].send) {
      section.stale = false;
      continue;
    }
    // It may have been unsubscribed while the offer was under way.
    Downstream* downstream = section.holder ? subscriber_.find(*section.holder) : nullptr;
    if (downstream == nullptr) continue;
    const bool was_flowing = downstream->state == Downstream::State::flowing;
    if (!subscriber_.start(*downstream, results[i], peer_.transport())) {
      out.unsupported.push_back(section.track_sid);
      section.holder.reset();
      section.stale = true;
    } else if (!was_flowing) {
      out.started.push_back(section.track_sid);
    }
  }
  in_flight_.clear();
  return out;
}

}  // namespace parley::media
