#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/ingest/drop.h"
#include "media/ingest/elements.h"
#include "media/ingest/layer.h"
#include "media/packet/pool.h"
#include "protocols/rtp/packet.h"

namespace parley::media {

/// One media section of a publisher: its payload types and its layers.
///
///  owner        Ingest
///  bounded by   Ingest::kMaxLayers
class IngestStream {
 public:
  explicit IngestStream(const AddStream& command) { update(command); }

  /// Takes over a changed description. Layers that keep their RID keep their state.
  void update(const AddStream& command);

  StreamId id() const { return id_; }
  Kind kind() const { return kind_; }
  const std::string& mid() const { return mid_; }
  bool nack() const { return nack_; }
  std::vector<IngestLayer>& layers() { return layers_; }
  const std::vector<IngestLayer>& layers() const { return layers_; }

  bool has_payload_type(std::uint8_t payload_type) const { return codec_of(payload_type); }
  bool has_rtx_payload_type(std::uint8_t payload_type) const { return codec_of_rtx(payload_type); }
  std::optional<std::size_t> layer_of_rid(std::string_view rid) const;

  /// A packet of one of its layers, or of that layer's retransmission stream.
  std::expected<PacketRef, IngestDrop> accept(const rtp::PacketView& packet,
                                              const Elements& elements, std::size_t layer, bool rtx,
                                              Time now, PacketPool& pool, EventSink& events);

  /// Since the last call; nothing if nothing came.
  std::optional<AudioLevel> take_audio_level();
  std::optional<StreamStats> take_stats(Duration round_trip);

 private:
  const CodecBinding* codec_of(std::uint8_t payload_type) const;
  const CodecBinding* codec_of_rtx(std::uint8_t payload_type) const;
  void note_audio_level(const PacketFacts& facts);

  StreamId id_;
  Kind kind_ = Kind::audio;
  std::string mid_;
  std::vector<CodecBinding> codecs_;
  std::vector<IngestLayer> layers_;
  bool nack_ = false;

  AudioLevel level_;  ///< Of the tick that is under way.
  rtp::MediaTicks level_ticks_;
  bool has_level_ticks_ = false;
};

}  // namespace parley::media
