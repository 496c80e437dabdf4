#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace parley::application::polls {

/// Options from the most to the least wanted, by their places; those that are not named are not
/// wanted at all.
struct Ballot {
  std::vector<std::size_t> order;
  std::int64_t times = 1;  ///< Cast by so many.
};

/// Instant run-off, as it was counted.
struct RunOff {
  struct Round {
    std::vector<std::optional<std::int64_t>> votes;  ///< Of each option; nullopt: it is out.
    std::vector<std::size_t> out;                    ///< Who goes out after it.
  };
  std::vector<Round> rounds;
  /// One, or several that nothing tells apart. None: nobody voted.
  std::vector<std::size_t> winners;
};

/// In each round a ballot counts for the first of its options that is still in, and for nobody once
/// all of them are out. Who has more than half of what counts wins. Otherwise who has the fewest
/// goes out, and the next round is counted.
///
/// If several have the fewest, of these goes out who is first on fewer ballots; if that is equal,
/// who is second on fewer, and so on. Those whom not even this tells apart go out together; if
/// nobody else is left, they have all won. So it never depends on chance, nor on the order of
/// options or ballots.
///
/// Pure. Every place in `ballots` is below `options`, and there once at most.
RunOff count_run_off(std::size_t options, const std::vector<Ballot>& ballots);

}  // namespace parley::application::polls
