#include "application/quality/intake.h"

#include <algorithm>
#include <string>
#include <utility>

#include "application/quality/samples.h"
#include "bus/subjects.h"

namespace parley::application::quality {

Intake::Intake(bus::Bus& bus, store::Store& store, const observability::Log& log)
    : bus_(bus), store_(store), log_(log) {}

void Intake::start() {
  reports_ =
      bus_.subscribe(bus::kQuality, [this](const bus::Message& m) { on_report(m); }, "quality");
}

void Intake::on_report(const bus::Message& message) {
  plane::QualityReport report;
  if (!report.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size()))) {
    return dropped_.add();
  }
  count(report);
  if (waiting_ >= kMostWaiting) return dropped_.add();
  ++waiting_;
  store_.write([report = std::move(report)](store::Transaction& t) { return keep(t, report); },
               [this](const auto& kept) {
                 --waiting_;
                 if (kept) {
                   kept_.add(static_cast<std::uint64_t>(*kept));
                 } else {
                   dropped_.add();
                 }
                 if (!kept && !failing_)
                   log_.warn("quality is not kept", {{"why", kept.error().what}});
                 failing_ = !kept;
               });
}

void Intake::count(const plane::QualityReport& report) {
  const auto observe = [this](const auto& flows, observability::Histogram& loss) {
    for (const plane::MediaFlow& flow : flows) {
      if (flow.packets() == 0) continue;
      loss.observe(static_cast<double>(flow.lost()) / static_cast<double>(flow.packets()));
      if (flow.round_trip_us() > 0) round_trip_.observe(flow.round_trip_us() / 1e6);
    }
  };
  for (const plane::ParticipantQuality& of : report.participants()) {
    score_.observe(of.score());
    observe(of.sent(), loss_sent_);
    observe(of.received(), loss_received_);
  }
}

void Intake::expose(observability::Exposition& out) const {
  out.counter("parley_quality_samples_total", "Half minutes of participants that were kept.",
              kept_.value());
  out.counter("parley_quality_reports_dropped_total",
              "Reports of media nodes that could not be kept.", dropped_.value());
  out.histogram("parley_quality_score", "Of participants' connections, 0 to 100, each half minute.",
                score_);
  out.histogram("parley_quality_loss_ratio", "Of media, each half minute.", loss_sent_,
                {{"direction", "sent"}});
  out.histogram("parley_quality_loss_ratio", "Of media, each half minute.", loss_received_,
                {{"direction", "received"}});
  out.histogram("parley_quality_round_trip_seconds", "To media nodes, each half minute.",
                round_trip_);
}

}  // namespace parley::application::quality
