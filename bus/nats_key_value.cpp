#include "bus/nats_key_value.h"

#include <utility>

#include <fmt/format.h>

#include "bus/nats_error.h"
#include "bus/subjects.h"

namespace parley::bus {
namespace {

constexpr std::int64_t kWaitMs = 2000;

/// The server lost the bucket behind a handle (memory storage and a restart), or has not loaded it
/// yet.
bool bucket_gone(natsStatus status) { return status == NATS_NO_RESPONDERS; }

}  // namespace

NatsKeyValue::NatsKeyValue(natsConnection* connection, NatsConfig::Storage storage, int replicas,
                           NatsBus::ProblemSink problems)
    : connection_(connection),
      storage_(storage),
      replicas_(replicas),
      problems_(std::move(problems)) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = kWaitMs;
  jsCtx* context = nullptr;
  if (natsConnection_JetStream(&context, connection_, &options) == NATS_OK) {
    jet_stream_.reset(context);
  }
}

Error NatsKeyValue::failed(const char* what, const std::string& bucket, natsStatus status) {
  if (problems_) {
    problems_(fmt::format("key-value {} in {}: {}", what, bucket, natsStatus_GetText(status)));
  }
  return error_of(status);
}

std::expected<kvStore*, Error> NatsKeyValue::open(const std::string& bucket) {
  if (const auto known = buckets_.find(bucket); known != buckets_.end()) {
    return known->second.get();
  }
  if (!jet_stream_) return std::unexpected(Error::refused);

  kvStore* store = nullptr;
  natsStatus status = js_KeyValue(&store, jet_stream_.get(), bucket.c_str());
  if (status == NATS_NOT_FOUND) {
    kvConfig config;
    kvConfig_Init(&config);
    config.Bucket = bucket.c_str();
    config.History = 1;
    config.StorageType = storage_ == NatsConfig::Storage::file ? js_FileStorage : js_MemoryStorage;
    config.Replicas = replicas_;
    if (const auto life = bucket_life(bucket)) config.TTL = life->count();
    status = js_CreateKeyValue(&store, jet_stream_.get(), &config);
    // Another plane may have made it between our two questions.
    if (status != NATS_OK) status = js_KeyValue(&store, jet_stream_.get(), bucket.c_str());
  }
  if (status != NATS_OK) return std::unexpected(failed("open", bucket, status));
  return buckets_.emplace(bucket, NatsBucket(store)).first->second.get();
}

std::expected<Entry, Error> NatsKeyValue::get(const std::string& bucket, const std::string& key) {
  const auto store = open(bucket);
  if (!store) return std::unexpected(store.error());
  kvEntry* raw = nullptr;
  const natsStatus status = kvStore_Get(&raw, *store, key.c_str());
  const NatsEntry entry(raw);
  if (status == NATS_NOT_FOUND) return std::unexpected(Error::not_found);
  if (status != NATS_OK) {
    if (bucket_gone(status)) buckets_.erase(bucket);
    return std::unexpected(failed("get", bucket, status));
  }
  const auto* const bytes = static_cast<const std::uint8_t*>(kvEntry_Value(raw));
  return Entry{ByteVector(bytes, bytes + kvEntry_ValueLen(raw)), kvEntry_Revision(raw)};
}

std::expected<std::uint64_t, Error> NatsKeyValue::create(const std::string& bucket,
                                                         const std::string& key, ByteView value) {
  natsStatus status = NATS_OK;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto store = open(bucket);
    if (!store) return std::unexpected(store.error());
    std::uint64_t revision = 0;
    status = kvStore_Create(&revision, *store, key.c_str(), value.data(),
                            static_cast<int>(value.size()));
    if (status == NATS_OK) return revision;
    if (!bucket_gone(status)) break;
    buckets_.erase(bucket);
  }
  // The library does not say why; that the key is there is the reason that matters.
  if (status == NATS_ERR && get(bucket, key)) return std::unexpected(Error::conflict);
  return std::unexpected(failed("create", bucket, status));
}

std::expected<std::uint64_t, Error> NatsKeyValue::put(const std::string& bucket,
                                                      const std::string& key, ByteView value,
                                                      std::uint64_t revision) {
  return write(bucket, key, value, revision, Write::value);
}

std::expected<std::uint64_t, Error> NatsKeyValue::erase(const std::string& bucket,
                                                        const std::string& key,
                                                        std::uint64_t revision) {
  return write(bucket, key, {}, revision, Write::tombstone);
}

/// What kvStore_Put and kvStore_Delete do, but with the server's reason when it says no, and with a
/// revision for both.
std::expected<std::uint64_t, Error> NatsKeyValue::write(const std::string& bucket,
                                                        const std::string& key, ByteView value,
                                                        std::uint64_t revision, Write what) {
  natsStatus status = NATS_OK;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto store = open(bucket);
    if (!store) return std::unexpected(store.error());

    natsMsg* raw_message = nullptr;
    status =
        natsMsg_Create(&raw_message, fmt::format("$KV.{}.{}", bucket, key).c_str(), nullptr,
                       reinterpret_cast<const char*>(value.data()), static_cast<int>(value.size()));
    const NatsMessage message(raw_message);
    if (status == NATS_OK && what == Write::tombstone) {
      status = natsMsgHeader_Set(raw_message, "KV-Operation", "DEL");
    }
    if (status != NATS_OK) break;

    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MaxWait = kWaitMs;
    options.ExpectLastSubjectSeq = revision;
    jsPubAck* raw_ack = nullptr;
    jsErrCode reason{};
    status = js_PublishMsg(&raw_ack, jet_stream_.get(), raw_message, &options, &reason);
    const NatsPubAck ack(raw_ack);
    if (status == NATS_OK) return ack->Sequence;
    if (reason == JSStreamWrongLastSequenceErr) return std::unexpected(Error::conflict);
    if (!bucket_gone(status)) break;
    buckets_.erase(bucket);
  }
  return std::unexpected(failed(what == Write::value ? "put" : "erase", bucket, status));
}

}  // namespace parley::bus
