#include "application/webhooks/letter.h"

#include <google/protobuf/util/json_util.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/bytes.h"
#include "signaling/token/token.h"

namespace parley::application::webhooks {
namespace {

constexpr std::chrono::seconds kValidity = std::chrono::minutes(5);

using Digest = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

Digest sha256(std::string_view text) {
  Digest digest{};
  SHA256(as_bytes(text).data(), text.size(), digest.data());
  return digest;
}

/// RFC 4648 section 4, with padding.
std::string base64(const Digest& digest) {
  std::array<unsigned char, (SHA256_DIGEST_LENGTH + 2) / 3 * 4 + 1> out{};
  const int length = EVP_EncodeBlock(out.data(), digest.data(), SHA256_DIGEST_LENGTH);
  return {out.begin(), out.begin() + length};
}

}  // namespace

bool Filter::passes(std::string_view event) const {
  if (std::ranges::find(exclude_events, event) != exclude_events.end()) return false;
  return include_events.empty() || std::ranges::find(include_events, event) != include_events.end();
}

std::optional<std::string> body_of(const livekit::WebhookEvent& event) {
  std::string body;
  if (!google::protobuf::util::MessageToJsonString(event, &body).ok()) return std::nullopt;
  return body;
}

std::string signature_of(std::string_view body, const signaling::ApiKey& key, WallTime now) {
  const auto expires =
      std::chrono::floor<std::chrono::seconds>(now + kValidity).time_since_epoch().count();
  const nlohmann::json claims = {
      {"iss", key.id}, {"exp", expires}, {"sha256", base64(sha256(body))}};
  return signaling::sign_payload(claims.dump(), key);
}

std::string digest_of(std::string_view text) {
  std::string out;
  for (const std::uint8_t byte : sha256(text)) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace parley::application::webhooks
