#include "media/session/data_link.h"

#include <utility>

namespace parley::media {

void DataLink::on_opened(TransportId transport, Channel channel, Time now) {
  transport_ = transport;
  open_[static_cast<std::size_t>(channel)] = true;
  held_bytes_ = 0;
  for (Timed& held : std::exchange(held_, {})) {
    if (held.at + kHoldFor >= now) deliver(std::move(held.message), now);
  }
}

void DataLink::deliver(DataMessage message, Time now) {
  if (open_[static_cast<std::size_t>(message.channel)]) {
    send(message);
    if (message.channel == Channel::reliable && message.sequence != 0) {
      remember(std::move(message), now);
    }
    return;
  }
  if (message.channel != Channel::reliable) return;
  held_bytes_ += message.payload->size();
  held_.push_back({now, std::move(message)});
  while (!held_.empty() && (held_.size() > kMaxHeld || held_bytes_ > kMaxHeldBytes ||
                            held_.front().at + kHoldFor < now)) {
    held_bytes_ -= held_.front().message.payload->size();
    held_.pop_front();
  }
}

void DataLink::send(const DataMessage& message) {
  shard_.post(SendData{transport_, message.channel, message.payload});
}

void DataLink::remember(DataMessage message, Time now) {
  sent_bytes_ += message.payload->size();
  sent_.push_back({now, std::move(message)});
  while (sent_.size() > kMaxSent || sent_bytes_ > kMaxSentBytes ||
         sent_.front().at + kRemember < now) {
    sent_bytes_ -= sent_.front().message.payload->size();
    sent_.pop_front();
    if (sent_.empty()) return;
  }
}

void DataLink::replay(const std::string& publisher_sid, std::uint32_t last_sequence, Time now) {
  for (const auto& [at, message] : sent_) {
    if (at + kRemember < now || message.publisher_sid != publisher_sid) continue;
    if (message.sequence > last_sequence) send(message);
  }
}

bool DataLink::accept(std::uint32_t sequence) {
  if (sequence == 0) return true;
  if (sequence <= last_accepted_) return false;
  last_accepted_ = sequence;
  return true;
}

}  // namespace parley::media
