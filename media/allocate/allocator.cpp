#include "media/allocate/allocator.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <tuple>

namespace parley::media {
namespace {

/// What is left of a picture's quality, by how many layers it has less than what is wanted. A layer
/// less in space is half the lines, one in time half the pictures. Faces keep moving before they
/// get sharp; of a shared screen the text must be legible before it scrolls smoothly.
struct Qualities {
  std::array<double, kSpatialSteps> space;
  std::array<double, kTemporalSteps> time;
};
constexpr Qualities kFaces{{1.0, 0.72, 0.45, 0.25}, {1.0, 0.85, 0.60, 0.40}};
constexpr Qualities kScreens{{1.0, 0.50, 0.25, 0.10}, {1.0, 0.95, 0.85, 0.70}};

/// The side of a square as large as the picture, if nobody has said how large it is shown: by how
/// many layers it has.
constexpr std::array<double, kSpatialSteps> kUsualSide{240, 480, 960, 1440};

/// What flows is worth so much more than what might: a picture is not made worse for a slight gain
/// elsewhere.
constexpr double kLoyalty = 1.25;
constexpr double kSpeaker = 1.5;

bool within(const Rung& rung, const Step& step) {
  return rung.spatial <= step.spatial && rung.temporal <= step.temporal;
}

/// Smaller is served earlier.
auto rank(const Importance& i) {
  return std::tuple(255 - i.priority, !i.screen_share, !i.speaking, ~i.pixels);
}

}  // namespace

Allocator::Work Allocator::look(const VideoDemand& demand) {
  Work work;
  work.demand = &demand;
  work.rungs = demand.ladder != nullptr ? demand.ladder->rungs() : std::span<const Rung>();
  if (!work.known()) return work;
  // As a forwarder does: too good a picture is better than none.
  const Rung& lowest = *std::ranges::min_element(work.rungs, {}, &Rung::spatial);
  const Step wanted{std::max(demand.wanted.spatial, lowest.spatial), demand.wanted.temporal};
  for (std::size_t i = 0; i < work.rungs.size(); ++i) {
    if (within(work.rungs[i], wanted)) work.allowed |= 1u << i;
  }
  if (work.allowed == 0) work.allowed = 1;
  work.lowest = static_cast<std::size_t>(std::countr_zero(work.allowed));
  work.best = work.lowest;
  std::size_t has = work.lowest;
  const auto layers = [&](std::size_t i) {
    return std::pair(work.rungs[i].spatial, work.rungs[i].temporal);
  };
  for (std::size_t i = work.lowest; i < work.rungs.size(); ++i) {
    if ((work.allowed >> i & 1) == 0) continue;
    if (layers(i) > layers(work.best)) work.best = i;
    const auto& step = demand.share->step;
    if (step && within(work.rungs[i], *step) &&
        (!within(work.rungs[has], *step) || layers(i) > layers(has))) {
      has = i;
    }
  }
  if (demand.share->step) work.flowing = work.rungs[has].rate;
  return work;
}

Allocator::Range Allocator::range(const VideoDemand& demand) {
  const Work work = look(demand);
  if (!work.known()) return {};
  return {.least = work.rungs[work.lowest].rate, .best = work.rungs[work.best].rate};
}

std::uint64_t Allocator::share(std::optional<std::uint64_t> budget, std::uint64_t margin,
                               std::span<const VideoDemand> demands, Caution& caution, Time now) {
  works_.clear();
  flowing_ = 0;
  for (const VideoDemand& demand : demands) {
    works_.push_back(look(demand));
    flowing_ += works_.back().flowing;
  }
  if (!budget) {
    for (Work& work : works_) work.rung = work.best;
    return settle(false, caution, now);
  }
  budget_ = *budget;
  caution.observe(budget_, flowing_, now);
  const std::uint64_t trusted = caution.trusted(budget_, now);
  safe_ = trusted - trusted / (margin + 1);
  if (all_at_best(now)) return settle(true, caution, now);

  order_.clear();
  for (std::uint32_t i = 0; i < works_.size(); ++i) {
    weigh(works_[i]);
    order_.push_back(i);
  }
  std::ranges::sort(order_, {}, [&](std::uint32_t i) {
    return std::tuple_cat(rank(works_[i].demand->importance), std::tuple(i));
  });
  admit(now);
  const std::uint64_t lowest_of_all = spent_;
  raise(Up::to_what_flows, budget_);
  raise(Up::to_the_best, safe_);
  exchange(lowest_of_all);
  return settle(true, caution, now);
}

// The usual case, for which nothing has to be weighed.
bool Allocator::all_at_best(Time now) {
  std::uint64_t total = 0;
  bool rises = false;
  for (const Work& work : works_) {
    const VideoShare& share = *work.demand->share;
    if (share.paused && now < share.paused_at + kLeastPause) return false;
    if (!work.known()) continue;
    total += work.rungs[work.best].rate;
    rises |= work.rungs[work.best].rate > work.flowing;
    if (share.paused) total += work.rungs[work.lowest].rate / kReturnMargin;
  }
  if (total > (rises ? safe_ : budget_)) return false;
  for (Work& work : works_) work.rung = work.best;
  return true;
}

void Allocator::weigh(Work& work) {
  std::uint8_t top_spatial = 0;
  std::array<std::uint8_t, kSpatialSteps> top_temporal{};
  for (std::size_t i = 0; i < work.rungs.size(); ++i) {
    if ((work.allowed >> i & 1) == 0) continue;
    const Rung& rung = work.rungs[i];
    top_spatial = std::max(top_spatial, rung.spatial_rank);
    std::uint8_t& top = top_temporal[rung.spatial_rank];
    top = std::max(top, rung.temporal_rank);
  }
  const Importance& importance = work.demand->importance;
  const double side = importance.pixels == 0 ? kUsualSide[top_spatial]
                                             : std::sqrt(static_cast<double>(importance.pixels));
  const double weight =
      side * (1 + importance.priority / 255.0) * (importance.speaking ? kSpeaker : 1);
  const Qualities& by = importance.screen_share ? kScreens : kFaces;
  for (std::size_t i = 0; i < work.rungs.size(); ++i) {
    if ((work.allowed >> i & 1) == 0) continue;
    const Rung& rung = work.rungs[i];
    const auto less_space = static_cast<std::size_t>(top_spatial - rung.spatial_rank);
    const auto less_time =
        static_cast<std::size_t>(top_temporal[rung.spatial_rank] - rung.temporal_rank);
    work.worth[i] = weight * by.space[less_space] * by.time[less_time];
  }
}

// The lowest layer of each.
void Allocator::admit(Time now) {
  spent_ = 0;
  // Whoever comes back may do so in others' place, but not so that all is spent.
  const std::uint64_t safe = std::max(safe_, std::min(flowing_, budget_));
  std::uint64_t limit = budget_;
  for (const std::uint32_t i : order_) {
    Work& work = works_[i];
    const VideoShare& share = *work.demand->share;
    const std::uint64_t rate = work.known() ? work.rungs[work.lowest].rate : 0;
    bool fits = spent_ + rate <= limit;
    if (share.paused) {
      fits = now >= share.paused_at + kLeastPause &&
             spent_ + rate + rate / kReturnMargin <= std::min(limit, safe);
    }
    if (!fits && work.demand->may_pause) continue;
    if (share.paused) limit = safe;
    work.rung = work.lowest;
    spent_ += rate;
  }
}

// One step after the other, of whatever gains most for a bit.
void Allocator::raise(Up up, std::uint64_t limit) {
  raises_.clear();
  const auto less = [](const Raise& a, const Raise& b) {
    return a.for_a_bit != b.for_a_bit ? a.for_a_bit < b.for_a_bit : a.work > b.work;
  };
  const auto push = [&](std::uint32_t i) {
    if (const auto next = next_raise(i, up, limit)) {
      raises_.push_back(*next);
      std::ranges::push_heap(raises_, less);
    }
  };
  for (const std::uint32_t i : order_) push(i);
  while (!raises_.empty()) {
    std::ranges::pop_heap(raises_, less);
    const Raise next = raises_.back();
    raises_.pop_back();
    Work& work = works_[next.work];
    const std::uint64_t cost = work.rungs[next.rung].rate - work.rate();
    // Others may have taken what it counted on: then it looks for less. What does not fit now never
    // will, because what it costs becomes less only as what is left does.
    if (spent_ + cost <= limit) {
      spent_ += cost;
      work.rung = next.rung;
    }
    push(next.work);
  }
}

std::optional<Allocator::Raise> Allocator::next_raise(std::uint32_t index, Up up,
                                                      std::uint64_t limit) const {
  const Work& work = works_[index];
  if (!work.known() || !work.rung) return std::nullopt;
  std::optional<Raise> best;
  for (std::size_t i = *work.rung + 1; i < work.rungs.size(); ++i) {
    if ((work.allowed >> i & 1) == 0) continue;
    const std::uint64_t cost = work.rungs[i].rate - work.rate();
    if (spent_ + cost > limit) break;  // Nor do those that cost more.
    if (up == Up::to_what_flows && work.rungs[i].rate > work.flowing) break;
    const double gain = work.worth[i] - work.worth[*work.rung];
    if (gain <= 0) continue;
    const double for_a_bit = gain / static_cast<double>(std::max<std::uint64_t>(cost, 1));
    if (!best || for_a_bit > best->for_a_bit) {
      best = Raise{for_a_bit, index, static_cast<std::uint32_t>(i)};
    }
  }
  return best;
}

// Who speaks, what is more important and what is shown larger than before gets what others have;
// for the same bits, so that no room to spare is needed.
void Allocator::exchange(std::uint64_t lowest_of_all) {
  const bool content = std::ranges::all_of(
      works_, [](const Work& work) { return !work.rung || *work.rung == work.best; });
  if (content || flowing_ > budget_) return;
  for (Work& work : works_) {
    work.kept = work.rung;
    if (work.rung) work.rung = work.lowest;
  }
  spent_ = lowest_of_all;
  raise(Up::to_the_best, std::max(safe_, flowing_));
  double gained = 0;
  double lost = 0;
  for (const Work& work : works_) {
    if (!work.rung || !work.known()) continue;
    const double change = work.worth[*work.rung] - work.worth[*work.kept];
    (change > 0 ? gained : lost) += std::abs(change);
  }
  if (gained > kLoyalty * lost) return;
  for (Work& work : works_) work.rung = work.kept;
}

std::uint64_t Allocator::settle(bool limited, Caution& caution, Time now) {
  std::uint64_t granted = 0;
  bool rose = false;
  bool fell = false;
  for (const Work& work : works_) {
    VideoShare& share = *work.demand->share;
    granted += work.rate();
    rose |= work.rate() > work.flowing;
    fell |= work.rate() < work.flowing;
    if (!work.rung) {
      if (!share.paused) share = {.step = std::nullopt, .paused = true, .paused_at = now};
      continue;
    }
    share.paused = false;
    if (!limited) {
      share.step = Step{};
    } else if (work.known()) {
      // Above the highest temporal layer there is nothing to keep out.
      const Rung& rung = work.rungs[*work.rung];
      const bool all = std::ranges::none_of(work.rungs, [&](const Rung& other) {
        return other.spatial == rung.spatial && other.temporal > rung.temporal;
      });
      share.step = Step{rung.spatial, all ? std::uint8_t{255} : rung.temporal};
    } else if (!share.step) {
      share.step = Step{0, 255};  // A silent picture keeps what it had; a new one begins low.
    }
  }
  if (limited && rose) caution.on_rise(now);
  if (limited && fell && flowing_ > budget_) caution.on_shortage(now);
  return granted;
}

}  // namespace parley::media
