#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "load/frames/packets.h"

namespace parley::load {

/// What is published: encoded by load/samples/encode. `folder` empty: what is built in; otherwise
/// files of the same names. Video has all layers that there are of the codec, or the largest alone.
/// An error is a sentence for whoever typed the command.
std::expected<Material, std::string> load_samples(Codec codec, bool simulcast,
                                                  const std::string& folder);

/// The frames of files, each as the codec's `cut_` function wants it.
std::vector<ByteView> frames_of_ivf(ByteView file);
std::vector<ByteView> frames_of_annex_b(ByteView file);
/// Without the two header packets.
std::vector<ByteVector> packets_of_ogg(ByteView file);

}  // namespace parley::load
