#include "media/peer/data_channels.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

namespace parley::media {
namespace {

struct Label {
  Channel channel;
  std::string_view text;
  bool reliable;
};

// What LiveKit's clients open, and expect to be opened (livekit-contract: data channels).
constexpr std::array kLabels{
    Label{Channel::reliable, "_reliable", true},
    Label{Channel::lossy, "_lossy", false},
    Label{Channel::data_track, "_data_track", false},
};

std::optional<Channel> channel_of(std::string_view label) {
  for (const Label& known : kLabels) {
    if (known.text == label) return known.channel;
  }
  return std::nullopt;
}

}  // namespace

bool DataChannels::send(Channel channel, ByteView payload, Time now) {
  const Open* const open = find(channel);
  return open != nullptr &&
         association_.send(open->id, sctp::MessageKind::binary, payload, now).has_value();
}

void DataChannels::report(Time now, EventSink& events, TransportCounters& counters) {
  while (auto event = association_.poll_event()) {
    if (std::holds_alternative<sctp::Connected>(*event)) {
      if (opens_) open_all(now);
    } else if (const auto* opened = std::get_if<sctp::ChannelOpened>(&*event)) {
      const auto channel = channel_of(opened->config.label);
      if (!channel || open_.size() == kMaxOpen) {
        ++counters.unknown_channels;
        continue;
      }
      const bool first = find(*channel) == nullptr;
      open_.push_back({opened->id, *channel});
      if (first) events.on_event(ChannelOpened{transport_, *channel});
    } else if (auto* message = std::get_if<sctp::Message>(&*event)) {
      const Open* const open = find(message->channel);
      if (open == nullptr) {
        ++counters.unknown_channel_data;
        continue;
      }
      events.on_event(DataReceived{transport_, open->channel, std::move(message->bytes)});
    } else if (const auto* closed = std::get_if<sctp::ChannelClosed>(&*event)) {
      std::erase_if(open_, [&](const Open& open) { return open.id == closed->id; });
    } else if (std::holds_alternative<sctp::Disconnected>(*event)) {
      open_.clear();
    }
  }
}

void DataChannels::open_all(Time now) {
  for (const Label& label : kLabels) {
    sctp::ChannelConfig config;
    config.label = label.text;
    config.ordered = label.reliable;
    if (!label.reliable) config.max_retransmits = 0;
    // Fails only if the association ended meanwhile, which its own event tells.
    (void)association_.open(config, now);
  }
}

const DataChannels::Open* DataChannels::find(Channel channel) const {
  const auto it = std::ranges::find(open_, channel, &Open::channel);
  return it == open_.end() ? nullptr : &*it;
}

const DataChannels::Open* DataChannels::find(sctp::ChannelId id) const {
  const auto it = std::ranges::find(open_, id, &Open::id);
  return it == open_.end() ? nullptr : &*it;
}

}  // namespace parley::media
