#include "application/access/grant.h"

namespace parley::application::access {

using enum Capability;

plane::Grants grants_of(Capabilities capabilities) {
  plane::Grants grants;
  grants.set_room_join(true);
  grants.set_can_subscribe(true);
  const auto source = [&](Capabilities needed, livekit::TrackSource allowed) {
    if (needed.within(capabilities)) grants.add_can_publish_sources(allowed);
  };
  source({publish_camera}, livekit::CAMERA);
  source({publish_microphone, unmute_self}, livekit::MICROPHONE);
  source({share_screen}, livekit::SCREEN_SHARE);
  source({share_screen}, livekit::SCREEN_SHARE_AUDIO);
  // To LiveKit an empty list means every source: who has none must not publish at all.
  grants.set_can_publish(grants.can_publish_sources_size() > 0);
  grants.set_can_publish_data(Capabilities{chat, private_chat, share_files}.within(capabilities));
  grants.set_hidden(!capabilities.has(be_seen));
  grants.set_can_update_own_metadata(false);  // Names and states are the application's to give.
  return grants;
}

Capabilities under(const Circumstances& circumstances, Capabilities capabilities) {
  if (circumstances.allowed_to_speak && capabilities.has(publish_microphone)) {
    // Nobody hears, nor sees, who is hidden.
    capabilities = capabilities.with({unmute_self, be_seen});
  }
  if (circumstances.suspended) {
    capabilities = capabilities.without({publish_camera, publish_microphone, share_screen, chat,
                                         private_chat, share_files, unmute_self});
  }
  if (circumstances.hard_muted)
    capabilities = capabilities.without({publish_microphone, unmute_self});
  if (circumstances.video_stopped) capabilities = capabilities.without({publish_camera});
  if (circumstances.share_stopped) capabilities = capabilities.without({share_screen});
  return capabilities;
}

}  // namespace parley::application::access
