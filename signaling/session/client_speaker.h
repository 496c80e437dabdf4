#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "signaling/clock.h"
#include "signaling/session/edge.h"
#include "signaling/session/speaker.h"

namespace parley::signaling {

/// A participant's client: its link's conversation, and the edge that carries it.
class ClientSpeaker final : public Speaker {
 public:
  ClientSpeaker(Edge& edge, std::shared_ptr<Link> link, Metrics& metrics)
      : edge_(edge), link_(std::move(link)), metrics_(metrics) {}

  void on_open(std::function<void()> wake) override {
    link_->wake = std::move(wake);
    open_ = true;
    metrics_.clients_connected.add(1);
  }
  void on_frame(bool text, std::string_view bytes) override {
    link_->conversation.on_frame(text, bytes, wall_now());
    edge_.flush(*link_);
  }
  void on_closed() override {
    if (std::exchange(open_, false)) metrics_.clients_connected.add(-1);
    edge_.close(link_);
  }
  std::optional<Frame> next_frame() override { return link_->conversation.next_frame(); }
  std::optional<CloseCode> closing() const override { return link_->conversation.closing(); }
  bool abandoned() const override { return link_->conversation.abandoned(); }

 private:
  Edge& edge_;
  std::shared_ptr<Link> link_;
  Metrics& metrics_;
  bool open_ = false;
};

}  // namespace parley::signaling
