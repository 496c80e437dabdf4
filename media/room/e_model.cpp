#include "media/room/e_model.h"

#include <algorithm>
#include <cmath>

namespace parley::media::e_model {
namespace {

double sixth_root_of_one_plus_sixth_power(double x) {
  return std::pow(1 + std::pow(x, 6), 1.0 / 6);
}

}  // namespace

double delay_impairment(Duration mouth_to_ear) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  constexpr double kPerceivable = 100;  // mT by default
  const double delay = Milliseconds(mouth_to_ear).count();
  if (delay <= kPerceivable) return 0;
  const double x = std::log2(delay / kPerceivable);
  return 25 * (sixth_root_of_one_plus_sixth_power(x) -
               3 * sixth_root_of_one_plus_sixth_power(x / 3) + 2);
}

double loss_impairment(const Codec& codec, double loss_percent) {
  if (loss_percent <= 0) return codec.impairment;
  return codec.impairment +
         (95 - codec.impairment) * loss_percent / (loss_percent + codec.robustness);
}

double rating(const Codec& codec, Duration mouth_to_ear, double loss_percent) {
  const double rating =
      kBest - delay_impairment(mouth_to_ear) - loss_impairment(codec, loss_percent);
  return std::clamp(rating, 0.0, kBest);
}

double opinion(double rating) {
  if (rating >= 100) return 4.5;
  // Near nothing the polynomial is a bit below one.
  return std::max(1.0, 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating));
}

}  // namespace parley::media::e_model
