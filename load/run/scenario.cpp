#include "load/run/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "load/frames/samples.h"

namespace parley::load {
namespace {

struct Crowd {
  std::size_t publishers = 0;
  std::size_t subscribers = 0;
};

Crowd usual(Shape shape) {
  switch (shape) {
    case Shape::livestream:
      return {1, 100};
    case Shape::meeting:
      return {10, 0};
    case Shape::audio:
      return {10, 100};
    case Shape::churn:
      return {1, 20};
    case Shape::webinar:
      return {4, 100};
  }
  return {};
}

Duration seconds(double value) { return Duration(static_cast<std::int64_t>(value * 1e9)); }

/// All that is published, by pointer into the scenario.
std::expected<std::vector<const Material*>, std::string> materials(const Order& order,
                                                                   Scenario& scenario) {
  std::vector<const Material*> out;
  const bool video = order.video && order.shape != Shape::audio;
  if (video && order.packet_size > 0) {
    scenario.materials.push_back(synthetic(order.frame_packets, order.packet_size, order.fps));
    out.push_back(&scenario.materials.back());
    return out;  // Nothing beside it: every packet is as large as was asked for.
  }
  if (video) {
    auto camera = load_samples(order.codec, order.simulcast, order.samples);
    if (!camera) return std::unexpected(camera.error());
    scenario.materials.push_back(std::move(*camera));
    out.push_back(&scenario.materials.back());
  }
  if (order.audio || order.shape == Shape::audio) {
    auto microphone = load_samples(Codec::opus, false, order.samples);
    if (!microphone) return std::unexpected(microphone.error());
    scenario.materials.push_back(std::move(*microphone));
    out.push_back(&scenario.materials.back());
  }
  return out;
}

/// Cameras of others beyond a grid's tiles are not sent.
std::size_t visible_tracks(const Plan& plan, std::size_t others, std::size_t tracks_each,
                           bool video) {
  const std::size_t hidden =
      plan.view == View::grid && others > plan.tiles && video ? others - plan.tiles : 0;
  return others * tracks_each - hidden;
}

}  // namespace

std::string_view to_string(Shape shape) {
  switch (shape) {
    case Shape::livestream:
      return "livestream";
    case Shape::meeting:
      return "meeting";
    case Shape::audio:
      return "audio";
    case Shape::churn:
      return "churn";
    case Shape::webinar:
      return "webinar";
  }
  return "";
}

std::expected<Scenario, std::string> plan_scenario(const Order& order) {
  if (order.join_rate <= 0) return std::unexpected("--join-rate: must be above zero");
  Scenario out;
  const auto published = materials(order, out);
  if (!published) return std::unexpected(published.error());
  if (published->empty()) return std::unexpected("nothing is left to publish");

  Crowd crowd = usual(order.shape);
  if (order.publishers) crowd.publishers = *order.publishers;
  const std::size_t foreign = crowd.publishers == 0 ? 1 : 0;
  if (order.subscribers > 0) crowd.subscribers = order.subscribers;
  if (order.shape == Shape::meeting) crowd.subscribers = 0;
  const bool video = std::ranges::any_of(
      *published, [](const Material* material) { return !is_audio(material->codec); });

  const auto arrival = [&] {
    return seconds(static_cast<double>(out.entries.size()) / order.join_rate);
  };
  const auto add = [&](std::string name, bool publishes, bool subscribes) -> Entry& {
    Entry entry;
    entry.at = arrival();
    entry.plan.identity = std::move(name);
    entry.plan.single_peer = order.single_peer;
    entry.plan.subscribes = subscribes;
    entry.plan.tiles = order.tiles;
    if (publishes) entry.plan.publishes = *published;
    const std::size_t others = crowd.publishers + foreign - (publishes ? 1 : 0);
    entry.plan.others_on_camera = others;
    if (order.shape == Shape::meeting) entry.plan.view = View::grid;
    if (order.shape == Shape::webinar) entry.plan.view = View::stage;
    if (subscribes) {
      entry.tracks = visible_tracks(entry.plan, others, published->size(), video);
    }
    return out.entries.emplace_back(std::move(entry));
  };

  const bool hear_each_other = order.shape == Shape::meeting || order.shape == Shape::webinar;
  for (std::size_t i = 0; i < crowd.publishers; ++i) {
    add(fmt::format("publisher-{}", i), true, hear_each_other);
  }
  for (std::size_t i = 0; i < crowd.subscribers; ++i) {
    add(fmt::format("subscriber-{}", i), false, true);
  }
  out.ramp = out.entries.size();
  if (order.shape != Shape::churn) return out;

  // Each stays as long as it takes to fill the room once, so that it stays as full.
  const Duration stay = seconds(static_cast<double>(crowd.subscribers) / order.join_rate);
  const auto visits = static_cast<std::size_t>(
      std::ceil(order.join_rate * std::chrono::duration<double>(order.duration).count()));
  for (std::size_t i = 0; i < visits; ++i) {
    add(fmt::format("subscriber-{}", crowd.subscribers + i), false, true);
  }
  for (std::size_t i = crowd.publishers; i < out.entries.size(); ++i) out.entries[i].stay = stay;
  return out;
}

}  // namespace parley::load
