#include "media/forward/payload_map.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace parley::media {
namespace {

/// The value of `key` in "a=1;b=2", lower case; the codec's default if it is not there.
std::string parameter(std::string_view fmtp, std::string_view key, std::string_view otherwise) {
  while (!fmtp.empty()) {
    const std::size_t end = std::min(fmtp.find(';'), fmtp.size());
    std::string_view item = fmtp.substr(0, end);
    fmtp.remove_prefix(std::min(end + 1, fmtp.size()));
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || item.substr(0, equals) != key) continue;
    std::string value(item.substr(equals + 1));
    std::ranges::transform(value, value.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return value;
  }
  return std::string(otherwise);
}

/// How well a subscriber's codec suits a publisher's: 0 not at all. Higher is better.
int suitability(const CodecBinding& publisher, const CodecBinding& subscriber) {
  if (publisher.codec != subscriber.codec || publisher.clock_rate != subscriber.clock_rate) {
    return 0;
  }
  const auto same = [&](std::string_view key, std::string_view otherwise) {
    return parameter(publisher.fmtp, key, otherwise) == parameter(subscriber.fmtp, key, otherwise);
  };
  switch (publisher.codec) {
    case Codec::h264: {
      // RFC 6184 section 8.1: the mode says how packets are cut, so a decoder needs the same one.
      if (!same("packetization-mode", "0")) return 0;
      const std::string ours = parameter(publisher.fmtp, "profile-level-id", "42000a");
      const std::string theirs = parameter(subscriber.fmtp, "profile-level-id", "42000a");
      if (ours == theirs) return 4;
      if (ours.substr(0, 4) == theirs.substr(0, 4)) return 3;  // Profile and constraints.
      // Any decoder at hand plays the baseline family; other profiles are worth a try, since
      // decoders are mostly better than what they announce.
      return ours.substr(0, 2) == theirs.substr(0, 2) ? 2 : 1;
    }
    case Codec::vp9:
      // RFC 9628 section 6: profiles differ in bit depth and sampling; a decoder of one fails on
      // another.
      return same("profile-id", "0") ? 1 : 0;
    case Codec::av1:
      return same("profile", "0") ? 1 : 0;
    default:
      return 1;
  }
}

const CodecBinding* best_match(const CodecBinding& publisher,
                               std::span<const CodecBinding> subscriber) {
  const CodecBinding* best = nullptr;
  int best_score = 0;
  for (const CodecBinding& candidate : subscriber) {
    const int score = suitability(publisher, candidate);
    if (score > best_score) {
      best = &candidate;
      best_score = score;
    }
  }
  return best;
}

const CodecBinding* find(std::span<const CodecBinding> codecs, Codec codec) {
  const auto it = std::ranges::find(codecs, codec, &CodecBinding::codec);
  return it == codecs.end() ? nullptr : &*it;
}

}  // namespace

PayloadMap::PayloadMap(std::span<const CodecBinding> publisher,
                       std::span<const CodecBinding> subscriber) {
  const CodecBinding* const their_opus = find(publisher, Codec::opus);
  const CodecBinding* const our_opus = find(subscriber, Codec::opus);
  for (const CodecBinding& from : publisher) {
    Entry& entry = entries_[from.payload_type & 0x7f];
    const CodecBinding* const to = best_match(from, subscriber);
    if (from.codec != Codec::red) {
      if (to != nullptr) entry = {Action::pass, to->payload_type};
      continue;
    }
    // The blocks inside name their codec by the publisher's payload type, which the subscriber
    // understands only if its own number is the same.
    const bool same_inside = their_opus == nullptr || our_opus == nullptr ||
                             their_opus->payload_type == our_opus->payload_type;
    if (to != nullptr && same_inside) {
      entry = {Action::pass, to->payload_type};
      if (our_opus != nullptr) entry.plain = static_cast<std::int8_t>(our_opus->payload_type);
    } else if (our_opus != nullptr) {
      entry = {Action::unwrap_red, our_opus->payload_type};
    }
  }
}

int rtx_payload_type(std::span<const CodecBinding> subscriber, std::uint8_t payload_type) {
  for (const CodecBinding& codec : subscriber) {
    if (codec.payload_type == payload_type && codec.rtx_payload_type) {
      return *codec.rtx_payload_type;
    }
  }
  return -1;
}

int red_payload_type(std::span<const CodecBinding> subscriber) {
  const CodecBinding* const opus = find(subscriber, Codec::opus);
  const CodecBinding* const red = find(subscriber, Codec::red);
  if (opus == nullptr || red == nullptr) return -1;
  // RFC 2198 section 5: the payload types that may be inside, "111/111".
  std::string_view inside = red->fmtp;
  inside = inside.substr(0, inside.find('/'));
  const bool fits = inside.empty() || inside == std::to_string(opus->payload_type);
  return fits ? red->payload_type : -1;
}

}  // namespace parley::media
