#include "load/frames/built_in.h"

// The assembler puts the files in: no generated source, nothing to find at run time.
// PARLEY_SAMPLES is their folder.
#define PARLEY_SAMPLE(symbol, file)                                                  \
  __asm__(".section .rodata\n.global " #symbol "\n.global " #symbol "_end\n" #symbol \
          ":\n.incbin \"" PARLEY_SAMPLES "/" file "\"\n" #symbol                     \
          "_end:\n"                                                                  \
          ".previous\n");                                                            \
  extern "C" const std::uint8_t symbol[];                                            \
  extern "C" const std::uint8_t symbol##_end[]

PARLEY_SAMPLE(parley_sample_vp8_q, "vp8-q.ivf");
PARLEY_SAMPLE(parley_sample_vp8_h, "vp8-h.ivf");
PARLEY_SAMPLE(parley_sample_vp8_f, "vp8-f.ivf");
PARLEY_SAMPLE(parley_sample_h264_q, "h264-q.h264");
PARLEY_SAMPLE(parley_sample_h264_h, "h264-h.h264");
PARLEY_SAMPLE(parley_sample_h264_f, "h264-f.h264");
PARLEY_SAMPLE(parley_sample_av1_f, "av1-f.ivf");
PARLEY_SAMPLE(parley_sample_opus, "opus.ogg");

namespace parley::load {

ByteView built_in_sample(std::string_view name) {
  if (name == "vp8-q.ivf") return {parley_sample_vp8_q, parley_sample_vp8_q_end};
  if (name == "vp8-h.ivf") return {parley_sample_vp8_h, parley_sample_vp8_h_end};
  if (name == "vp8-f.ivf") return {parley_sample_vp8_f, parley_sample_vp8_f_end};
  if (name == "h264-q.h264") return {parley_sample_h264_q, parley_sample_h264_q_end};
  if (name == "h264-h.h264") return {parley_sample_h264_h, parley_sample_h264_h_end};
  if (name == "h264-f.h264") return {parley_sample_h264_f, parley_sample_h264_f_end};
  if (name == "av1-f.ivf") return {parley_sample_av1_f, parley_sample_av1_f_end};
  if (name == "opus.ogg") return {parley_sample_opus, parley_sample_opus_end};
  return {};
}

}  // namespace parley::load
