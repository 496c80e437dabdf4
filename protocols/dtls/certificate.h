#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace parley::dtls {

/// Our end's identity: a fresh self-signed ECDSA P-256 certificate, to be trusted by its
/// fingerprint in the SDP alone (RFC 8122), and what OpenSSL shares between the endpoints that show
/// it.
///
///  owner     one per process, generated at start; copies share
///  thread    immutable after construction, any
class Certificate {
 public:
  /// `now` is the world's time, from which it is valid (a day earlier, for clocks that are behind)
  /// for a year.
  static Certificate generate(WallTime now);

  /// SHA-256 of the DER form.
  const ByteVector& fingerprint() const;
  /// As an SDP `a=fingerprint` value says it: "AB:CD:…", upper case.
  std::string fingerprint_text() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Certificate(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

/// "AB:CD:…", as RFC 8122 section 5 writes a fingerprint.
std::string format_fingerprint(ByteView digest);
/// The inverse; either case. Nothing if the text is not hex pairs joined by colons, or longer than
/// SHA-512.
std::optional<ByteVector> parse_fingerprint(std::string_view text);

}  // namespace parley::dtls
