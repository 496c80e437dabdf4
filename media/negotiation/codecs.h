#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/control/types.h"
#include "protocols/sdp/sdp.h"

/// What this server forwards, and what SDP calls it.
namespace parley::media {

/// "opus", "VP8", ...: the encoding name of an rtpmap.
std::string_view encoding_name(Codec codec);
/// "audio/opus", "video/VP8": as TrackInfo carries it.
std::string mime_type(Codec codec);
Kind kind_of(Codec codec);

/// By rtpmap; nullopt for what we do not forward (and for RTX, which is a property of another).
std::optional<Codec> codec_of(const sdp::Format& format);
/// By MIME type or bare name, in any case: "video/VP8", "vp8".
std::optional<Codec> codec_named(std::string_view name);

/// The codecs a client may publish, best known first: video before audio, as clients expect.
std::span<const Codec> publishable();

/// Whether media in `a` can be decoded by who said `b`: same codec, and the same H264 packetization
/// and profile or VP9 profile (RFC 6184 section 8.1, RFC 9628 section 6).
bool compatible(Codec codec, std::string_view fmtp_a, std::string_view fmtp_b);

/// The codecs of a section in its order of preference, each with its RTX payload type (RFC 4588
/// section 8.1: apt names the twin). Unknown ones are left out.
std::vector<CodecBinding> bindings_of(const sdp::Media& media);

/// The ids of the header extensions that we read or write.
ExtensionIds extension_ids(const sdp::Media& media);
/// Those of `offered` that we take part in, with the ids of the offer (RFC 8285 section 6).
std::vector<sdp::Extension> common_extensions(const sdp::Media& offered);
/// What our own offers to a subscriber list.
std::vector<sdp::Extension> offered_extensions(Kind kind);

/// Repair packets of pictures (protocols/fec), as our own offers have them.
sdp::Format repair_format();
/// Null: the section lists none.
const sdp::Format* find_repair_format(const sdp::Media& media);

/// Those of `offered` that we act on.
std::vector<std::string> common_feedback(Kind kind, const std::vector<std::string>& offered);
/// Formats of our own offer for a stream with these codecs, one payload type per codec and profile,
/// the same in every section, so that a bundle never gives one number two meanings.
std::vector<sdp::Format> offered_formats(std::span<const CodecBinding> stream);

}  // namespace parley::media
