#include "media/session/one_shot.h"

#include <string_view>

#include "media/session/synthesized.h"
#include "protocols/sdp/fragment.h"

namespace parley::media {
namespace {

/// RFC 9110 section 13.1.1: a star or a list of entity tags. Some clients quote the star, as an
/// example in RFC 9725 does.
bool matches(std::string_view if_match, std::string_view etag) {
  while (!if_match.empty()) {
    const std::size_t comma = if_match.find(',');
    std::string_view tag = if_match.substr(0, comma);
    if_match.remove_prefix(comma == std::string_view::npos ? if_match.size() : comma + 1);
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
      tag = tag.substr(1, tag.size() - 2);
    }
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

}  // namespace

plane::ResourceResult resource_error(std::uint32_t http_status, std::string error) {
  plane::ResourceResult out;
  out.set_http_status(http_status);
  out.set_error(std::move(error));
  return out;
}

std::unique_ptr<OneShot> OneShot::from(const plane::StartSession& start, Surroundings& world,
                                       Publisher& publisher, Subscriber& subscriber) {
  if (start.one_shot_case() == plane::StartSession::ONE_SHOT_NOT_SET) return nullptr;
  std::unique_ptr<Viewer> viewer;
  if (start.has_whep()) viewer = std::make_unique<Viewer>(world, subscriber, start.whep());
  return std::unique_ptr<OneShot>(new OneShot(publisher, std::move(viewer)));
}

std::expected<ClientPeer::Settled, OneShot::Refusal> OneShot::begin(
    ClientPeer& peer, const livekit::SessionDescription& message, Viewer::Tracks tracks,
    WallTime now) {
  const auto refuse = [](std::uint32_t status, std::string reason) {
    return std::unexpected(Refusal{status, std::move(reason)});
  };
  const auto offer = sdp::parse(message.sdp());
  if (!offer) return refuse(400, "the offer cannot be read");
  if (viewer_) {
    (void)viewer_->look(std::move(tracks));
  } else {
    const auto announced = synthesized_tracks(*offer);
    if (!announced) return refuse(422, announced.error());
    for (const livekit::AddTrackRequest& track : *announced) {
      const auto reply = publisher_.add_track(track, now);
      if (const auto* no = std::get_if<livekit::RequestResponse>(&reply)) {
        return refuse(403, track.name() + ": " + no->message());
      }
    }
  }
  auto settled = peer.on_offer(message);
  if (!settled) return refuse(422, settled.error());
  if (viewer_ ? !viewer_->has_sections() : settled->change.live.empty()) {
    return refuse(422, viewer_ ? "the offer has no section to receive audio or video on"
                               : "none of the offered codecs is known");
  }
  for (const sdp::Media& media : offer->media) {
    if (media.rejected()) continue;
    first_kind_ = media.kind_name;
    first_mid_ = media.mid;
    break;
  }
  return std::move(*settled);
}

std::vector<std::string> OneShot::look(Viewer::Tracks tracks) {
  return viewer_ ? viewer_->look(std::move(tracks)) : std::vector<std::string>();
}

plane::ResourceResult OneShot::serve(ClientPeer& peer, const plane::ResourceCall& call) {
  plane::ResourceResult out;
  out.set_http_status(200);
  if (call.has_ice()) return on_ice(peer, call.ice());
  if (viewer_ == nullptr) return resource_error(404, "only players choose layers");
  if (call.has_list_layers()) {
    viewer_->describe(out);
  } else if (call.has_choose_layer()) {
    const auto chosen = viewer_->choose(call.choose_layer());
    if (!chosen) return resource_error(400, chosen.error());
  } else {
    return resource_error(501, "this server does not know what is asked of the session");
  }
  return out;
}

plane::ResourceResult OneShot::on_ice(ClientPeer& peer, const plane::ResourceCall::Ice& ice) const {
  // The entity is the ICE session, named by our fragment of its credentials (RFC 9725 section
  // 4.3.1).
  if (!matches(ice.if_match(), peer.peer().local().ice.ufrag)) {
    return resource_error(412, "If-Match names another ICE session than the present one");
  }
  plane::ResourceResult out;
  // RFC 9725 section 4.3.3: other credentials are a restart. Without them these are candidates,
  // which the client's checks teach us (RFC 8445 section 7.3.1.3).
  if (ice.ufrag().empty() || ice.ufrag() == peer.peer().remote()->ice.ufrag) {
    out.set_http_status(204);
    return out;
  }
  peer.restart_ice({ice.ufrag(), ice.password()});

  const LocalEnd& local = peer.peer().local();
  sdp::Fragment fragment;
  fragment.ice_lite = local.ice_lite;
  fragment.ice = {local.ice.ufrag, local.ice.password};
  fragment.media = first_kind_;
  fragment.mid = first_mid_;
  fragment.candidates = candidate_lines(local.candidates);
  fragment.end_of_candidates = true;
  out.set_http_status(200);
  out.set_etag(local.ice.ufrag);
  out.set_fragment(sdp::print(fragment));
  return out;
}

}  // namespace parley::media
