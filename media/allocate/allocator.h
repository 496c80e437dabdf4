#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "media/allocate/caution.h"
#include "media/allocate/ladder.h"

namespace parley::media {

/// Up to which layers; 255: no limit.
struct Step {
  std::uint8_t spatial = 255;
  std::uint8_t temporal = 255;
  friend bool operator==(const Step&, const Step&) = default;
};

/// Who is served first, and whose picture is worth more.
struct Importance {
  std::uint8_t priority = 1;  ///< UpdateTrackSettings; by default 255 for screens, 1 for cameras.
  bool screen_share = false;
  bool speaking = false;     ///< Its publisher is heard.
  std::uint32_t pixels = 0;  ///< As large as it is shown; 0: not known.
};

/// What one video has of its subscriber's bandwidth. Kept between sharings.
struct VideoShare {
  std::optional<Step> step;  ///< Nothing: it is new, or paused.
  bool paused = false;
  Time paused_at{};
};

/// What one subscriber wants of one video.
struct VideoDemand {
  const Ladder* ladder = nullptr;  ///< What it may cost; empty: nothing is known of it, or sent.
  Step wanted;
  Importance importance;
  bool may_pause = false;  ///< Rather than be sent what does not fit.
  VideoShare* share = nullptr;
};

/// Shares what one subscriber's path carries among its pictures. In steps, of which none spends
/// what the one before has promised:
///
///  1. The lowest layer of each, in order of importance. What does not fit is paused, if it may be;
///     if not it is sent all the same, as nobody is to be left without a picture unasked.
///  2. What flows goes on, as far as it fits.
///  3. With what is left one picture after the other becomes better: always the one that gains most
///     for a bit, as seen where and how large it is shown.
///  4. What would be had without step 2 is had if it is clearly better.
///
/// Less is taken at once. More than what flows is taken only with a share to spare, and as far as
/// Caution trusts the budget. A picture that was paused comes back unasked.
///
/// Sans-IO: demands, budget and time go in, shares come out; `media/shard` carries them out.
///
///  owner     one per shard, for all its subscribers one after the other
///  bounded   O(n log n) for n videos; its room is used again
class Allocator {
 public:
  /// Paused for no less: pictures that come and go are worse than none.
  static constexpr Duration kLeastPause = 3s;
  /// One in so many of its lowest rate must be to spare for one to come back: it begins with a key
  /// frame.
  static constexpr std::uint64_t kReturnMargin = 4;

  /// `budget`: bits per second for pictures; nothing: there is no limit. `margin`: one in so many
  /// of what is spent must be to spare before more is spent. Returns what will be spent.
  std::uint64_t share(std::optional<std::uint64_t> budget, std::uint64_t margin,
                      std::span<const VideoDemand> demands, Caution& caution, Time now);

  /// Bits per second of the least that can be had of it, and of all that is wanted.
  struct Range {
    std::uint64_t least = 0;
    std::uint64_t best = 0;
  };
  static Range range(const VideoDemand& demand);

 private:
  struct Work {
    const VideoDemand* demand = nullptr;
    std::span<const Rung> rungs;  ///< Of its ladder.
    std::uint32_t allowed = 0;    ///< Bit i: rung i is no more than what is wanted.
    std::size_t lowest = 0;       ///< The cheapest of them, and the best.
    std::size_t best = 0;
    std::uint64_t flowing = 0;                  ///< What its present share costs by now.
    std::optional<std::size_t> rung;            ///< As granted so far; nothing: paused.
    std::optional<std::size_t> kept;            ///< Set aside, while something else is tried.
    std::array<double, Ladder::kMost> worth{};  ///< Of each rung; only where there is too little.

    bool known() const { return !rungs.empty(); }
    std::uint64_t rate() const { return known() && rung ? rungs[*rung].rate : 0; }
  };
  struct Raise {
    double for_a_bit = 0;  ///< What it gains by what it costs.
    std::uint32_t work = 0;
    std::uint32_t rung = 0;
  };
  enum class Up : std::uint8_t { to_what_flows, to_the_best };

  static Work look(const VideoDemand& demand);
  static void weigh(Work& work);
  bool all_at_best(Time now);
  void admit(Time now);
  void raise(Up up, std::uint64_t limit);
  std::optional<Raise> next_raise(std::uint32_t work, Up up, std::uint64_t limit) const;
  void exchange(std::uint64_t lowest_of_all);
  std::uint64_t settle(bool limited, Caution& caution, Time now);

  std::vector<Work> works_;
  std::vector<std::uint32_t> order_;  ///< Most important first.
  std::vector<Raise> raises_;         ///< A heap.
  std::uint64_t budget_ = 0;
  std::uint64_t flowing_ = 0;  ///< What the present shares cost by now.
  std::uint64_t safe_ = 0;     ///< Of the budget: up to where more may be taken than what flows.
  std::uint64_t spent_ = 0;
};

}  // namespace parley::media
