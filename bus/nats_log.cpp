#include "bus/nats_log.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bus/nats_error.h"
#include "bus/subjects.h"

namespace parley::bus {
namespace {

constexpr std::int64_t kWaitMs = 2000;
constexpr Duration kDuplicateWindow = 2min;

using StreamInfo = std::unique_ptr<jsStreamInfo, NatsDeleter<jsStreamInfo_Destroy>>;

}  // namespace

NatsLog::NatsLog(natsConnection* connection, NatsConfig::Storage storage, int replicas,
                 NatsBus::ProblemSink problems)
    : storage_(storage), replicas_(replicas), problems_(std::move(problems)) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = kWaitMs;
  jsCtx* context = nullptr;
  if (natsConnection_JetStream(&context, connection, &options) == NATS_OK) {
    jet_stream_.reset(context);
  }
}

Error NatsLog::failed(const char* what, const std::string& log, natsStatus status) {
  // Asked for anew next time: the server may have lost it (memory storage and a restart).
  open_.erase(log);
  if (problems_) {
    problems_(fmt::format("log {} of {}: {}", what, log, natsStatus_GetText(status)));
  }
  return error_of(status);
}

natsStatus NatsLog::open(const std::string& log) {
  if (!jet_stream_) return NATS_NO_RESPONDERS;
  if (open_.contains(log)) return NATS_OK;
  jsStreamInfo* raw_info = nullptr;
  jsErrCode reason{};
  natsStatus status = js_GetStreamInfo(&raw_info, jet_stream_.get(), log.c_str(), nullptr, &reason);
  StreamInfo info(raw_info);
  if (status == NATS_NOT_FOUND) {
    const std::string subject = log_subject(log);
    std::array<const char*, 1> subjects{subject.c_str()};
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = log.c_str();
    config.Subjects = subjects.data();
    config.SubjectsLen = subjects.size();
    config.Retention = js_LimitsPolicy;
    config.Discard = js_DiscardOld;
    config.MaxAge = kLogAge.count();
    config.MaxBytes = static_cast<std::int64_t>(kLogBytes);
    config.Duplicates = kDuplicateWindow.count();
    config.Storage = storage_ == NatsConfig::Storage::file ? js_FileStorage : js_MemoryStorage;
    config.Replicas = replicas_;
    config.AllowDirect = true;
    status = js_AddStream(&raw_info, jet_stream_.get(), &config, nullptr, &reason);
    info.reset(status == NATS_OK ? raw_info : nullptr);
    // Another plane may have made it between our two questions.
    if (reason == JSStreamNameExistErr) status = NATS_OK;
  }
  if (status == NATS_OK) open_.insert(log);
  return status;
}

std::expected<std::uint64_t, Error> NatsLog::append(const std::string& log, const std::string& id,
                                                    ByteView payload) {
  natsStatus status = NATS_OK;
  for (int attempt = 0; attempt < 2; ++attempt) {
    status = open(log);
    if (status != NATS_OK) break;
    jsPubOptions options;
    jsPubOptions_Init(&options);
    options.MaxWait = kWaitMs;
    options.MsgId = id.c_str();
    jsPubAck* raw_ack = nullptr;
    status = js_Publish(&raw_ack, jet_stream_.get(), log_subject(log).c_str(), payload.data(),
                        static_cast<int>(payload.size()), &options, nullptr);
    const NatsPubAck ack(raw_ack);
    if (status == NATS_OK) return ack->Sequence;
    if (status != NATS_NO_RESPONDERS) break;
    open_.erase(log);
  }
  return std::unexpected(failed("append", log, status));
}

std::expected<LogPage, Error> NatsLog::read(const std::string& log, std::uint64_t from,
                                            std::size_t most) {
  LogPage page;
  natsStatus status = open(log);
  while (status == NATS_OK && page.entries.size() < most) {
    LogEntry entry;
    status = get(log, from, entry);
    if (status != NATS_OK) break;
    from = entry.sequence + 1;
    page.last = entry.sequence;
    page.entries.push_back(std::move(entry));
  }
  if (status == NATS_NOT_FOUND) {
    status = page.entries.empty() ? last_sequence(log, page.last) : NATS_OK;
  }
  if (status != NATS_OK) return std::unexpected(failed("read", log, status));
  return page;
}

natsStatus NatsLog::get(const std::string& log, std::uint64_t from, LogEntry& out) {
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = kWaitMs;
  jsDirectGetMsgOptions question;
  jsDirectGetMsgOptions_Init(&question);
  const std::string subject = log_subject(log);
  question.Sequence = from;
  question.NextBySubject = subject.c_str();
  natsMsg* raw_message = nullptr;
  const natsStatus status =
      js_DirectGetMsg(&raw_message, jet_stream_.get(), log.c_str(), &options, &question);
  const NatsMessage message(raw_message);
  if (status != NATS_OK) return status;
  out.sequence = natsMsg_GetSequence(raw_message);
  const auto* const data = reinterpret_cast<const std::uint8_t*>(natsMsg_GetData(raw_message));
  out.payload.assign(data, data + natsMsg_GetDataLength(raw_message));
  return NATS_OK;
}

natsStatus NatsLog::last_sequence(const std::string& log, std::uint64_t& out) {
  jsStreamInfo* raw_info = nullptr;
  const natsStatus status =
      js_GetStreamInfo(&raw_info, jet_stream_.get(), log.c_str(), nullptr, nullptr);
  const StreamInfo info(raw_info);
  if (status == NATS_OK) out = info->State.LastSeq;
  return status;
}

std::expected<std::uint64_t, Error> NatsLog::trim(const std::string& log, std::uint64_t first) {
  natsStatus status = open(log);
  if (status == NATS_OK) {
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = kWaitMs;
    options.Stream.Purge.Sequence = first;
    status = js_PurgeStream(jet_stream_.get(), log.c_str(), &options, nullptr);
  }
  if (status != NATS_OK) return std::unexpected(failed("trim", log, status));
  return first;
}

}  // namespace parley::bus
