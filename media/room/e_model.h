#pragma once

#include "base/time.h"

/// How a voice connection would be judged, from its delay and loss: the E-model of ITU-T G.107
/// (06/2015), with the default values of its table 2 for all that we cannot measure (rooms,
/// handsets, echo). Pure.
///
/// The narrowband scale, whose best is 93.2: that of G.107.1 and G.107.2 (wider bands) only says
/// how much better Opus is than a telephone, not how much worse a network makes it.
namespace parley::media::e_model {

/// How a codec bears loss. G.113 appendix I has the values of telephony's.
struct Codec {
  double impairment = 0;  ///< Ie: what it takes away without any loss.
  double robustness = 0;  ///< Bpl: the loss, in percent, that takes half of what is left.
};

/// From 24 kbit/s on Opus is better than the scale's best, so Ie is 0. G.113 has no Bpl of it: this
/// is the one for 25 kbit/s, variable rate, random loss that Alahmadi, Pocta and Melvin measured
/// ("An Adaptive Bitrate Switching Algorithm for Speech Applications in Context of WebRTC", ACM
/// TOMM 17(4), 2021). Without in-band FEC or RED, which make it better.
inline constexpr Codec kOpus{.impairment = 0, .robustness = 11.28};

/// R0 - Is with the default values.
inline constexpr double kBest = 93.2;

/// Idd (7.4): what the delay from mouth to ear takes away, if nobody hears an echo.
double delay_impairment(Duration mouth_to_ear);
/// Ie-eff (7.5), for losses that come at random.
double loss_impairment(const Codec& codec, double loss_percent);
/// R (7.1), 0 to kBest.
double rating(const Codec& codec, Duration mouth_to_ear, double loss_percent);
/// Annex B: the mean opinion score that a rating stands for, 1 to 4.5.
double opinion(double rating);

}  // namespace parley::media::e_model
