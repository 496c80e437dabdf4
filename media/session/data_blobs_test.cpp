#include "media/session/data_blobs.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::media {
namespace {

livekit::DataBlob blob(const std::string& key, std::string contents) {
  livekit::DataBlob out;
  out.mutable_key()->set_generic(key);
  out.set_contents(std::move(contents));
  return out;
}

TEST(DataBlobs, KeepsTheNewestOfAKey) {
  DataBlobs blobs;
  ASSERT_TRUE(blobs.store(blob("a", "one")));
  ASSERT_TRUE(blobs.store(blob("a", "two")));
  EXPECT_EQ(blobs.find(blob("a", "").key())->contents(), "two");
  EXPECT_EQ(blobs.find(blob("b", "").key()), nullptr);
}

TEST(DataBlobs, TellsKeysOfDifferentKindsApart) {
  DataBlobs blobs;
  livekit::DataBlob schema;
  schema.mutable_key()->mutable_schema_id()->set_name("a");
  schema.set_contents("schema");
  ASSERT_TRUE(blobs.store(schema));
  EXPECT_EQ(blobs.find(blob("a", "").key()), nullptr);
  EXPECT_EQ(blobs.find(schema.key())->contents(), "schema");
}

TEST(DataBlobs, SaysWhatIsTooMuchAndKeepsWhatThereWas) {
  DataBlobs blobs;
  EXPECT_EQ(blobs.store(blob("a", std::string(DataBlobs::kMaxBlob + 1, 'x'))).error().reason(),
            livekit::RequestResponse::LIMIT_EXCEEDED);
  ASSERT_TRUE(blobs.store(blob("a", std::string(DataBlobs::kMaxBlob, 'x'))));
  const std::size_t rest = DataBlobs::kMaxTotal - DataBlobs::kMaxBlob;
  EXPECT_EQ(blobs.store(blob("b", std::string(rest, 'x'))).error().reason(),
            livekit::RequestResponse::LIMIT_EXCEEDED);
  EXPECT_TRUE(blobs.store(blob("b", std::string(rest - 10, 'x'))));
  // What is replaced does not count.
  EXPECT_TRUE(blobs.store(blob("a", std::string(DataBlobs::kMaxBlob, 'y'))));
  EXPECT_EQ(blobs.find(blob("a", "").key())->contents().front(), 'y');
  livekit::DataBlob nameless;
  EXPECT_EQ(blobs.store(nameless).error().reason(), livekit::RequestResponse::INVALID_REQUEST);
}

}  // namespace
}  // namespace parley::media
