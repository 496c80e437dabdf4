#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "livekit_webhook.pb.h"
#include "signaling/token/keys.h"

/// What a receiver is sent, as the WebhookReceiver of LiveKit's server SDKs reads it. Pure
/// functions.
namespace parley::application::webhooks {

inline constexpr std::string_view kContentType = "application/webhook+json";
inline constexpr std::string_view kUserAgent = "LiveKit";  ///< As receivers expect.

/// `webhook.filter_params`: names of events; an exclusion counts for more. Nothing included: all.
struct Filter {
  std::vector<std::string> include_events;
  std::vector<std::string> exclude_events;

  bool passes(std::string_view event) const;
};

/// protojson; nullopt: a text in it is no UTF-8.
std::optional<std::string> body_of(const livekit::WebhookEvent& event);

/// The Authorization header: a JWT (no "Bearer") that names the body by its SHA-256, good for five
/// minutes.
std::string signature_of(std::string_view body, const signaling::ApiKey& key, WallTime now);

/// 32 bytes in hexadecimal: a name for something that must not be seen.
std::string digest_of(std::string_view text);

}  // namespace parley::application::webhooks
