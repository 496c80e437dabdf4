#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <string>

#include "livekit_rtc.pb.h"

namespace parley::media {

/// Small things that a participant keeps in the room for others to fetch, such as the schemas of
/// its data tracks. They go when it goes.
///
///  owner    Session
///  bounded  kMaxBlob each, kMaxTotal together, keys included
///  source   contract section 6
class DataBlobs {
 public:
  static constexpr std::size_t kMaxBlob = 50 * 1024;
  static constexpr std::size_t kMaxTotal = 64'000;

  /// In place of one of the same key. The error is for the client.
  std::expected<void, livekit::RequestResponse> store(const livekit::DataBlob& blob);
  /// Null if there is none.
  const livekit::DataBlob* find(const livekit::DataBlobKey& key) const;

 private:
  std::map<std::string, livekit::DataBlob> blobs_;  ///< By their serialized keys.
  std::size_t bytes_ = 0;
};

}  // namespace parley::media
