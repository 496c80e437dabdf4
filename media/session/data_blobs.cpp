#include "media/session/data_blobs.h"

#include <utility>

#include <fmt/format.h>

namespace parley::media {
namespace {

std::unexpected<livekit::RequestResponse> refuse(livekit::RequestResponse::Reason reason,
                                                 std::string message) {
  livekit::RequestResponse out;
  out.set_reason(reason);
  out.set_message(std::move(message));
  return std::unexpected(std::move(out));
}

std::size_t size_of(const std::string& key, const livekit::DataBlob& blob) {
  return key.size() + blob.contents().size();
}

}  // namespace

std::expected<void, livekit::RequestResponse> DataBlobs::store(const livekit::DataBlob& blob) {
  using Response = livekit::RequestResponse;
  if (blob.key().key_case() == livekit::DataBlobKey::KEY_NOT_SET) {
    return refuse(Response::INVALID_REQUEST, "a data blob needs a key");
  }
  if (blob.contents().size() > kMaxBlob) {
    return refuse(Response::LIMIT_EXCEEDED,
                  fmt::format("a data blob may have {} bytes, this one has {}", kMaxBlob,
                              blob.contents().size()));
  }
  std::string key = blob.key().SerializeAsString();
  const auto known = blobs_.find(key);
  const std::size_t replaced = known == blobs_.end() ? 0 : size_of(key, known->second);
  if (bytes_ - replaced + size_of(key, blob) > kMaxTotal) {
    return refuse(
        Response::LIMIT_EXCEEDED,
        fmt::format("the data blobs of one participant may have {} bytes in all", kMaxTotal));
  }
  bytes_ = bytes_ - replaced + size_of(key, blob);
  blobs_.insert_or_assign(std::move(key), blob);
  return {};
}

const livekit::DataBlob* DataBlobs::find(const livekit::DataBlobKey& key) const {
  const auto found = blobs_.find(key.SerializeAsString());
  return found == blobs_.end() ? nullptr : &found->second;
}

}  // namespace parley::media
