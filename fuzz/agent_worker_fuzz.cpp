#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "signaling/agents/worker.h"

// Frames of an agent worker, offers, terminations and time, in any order: the input is cut at 0xff,
// the first byte of each piece says what it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::signaling;
  const WallTime wall{std::chrono::seconds(1'800'000'000)};
  const ApiKey key{"key", Secret("0123456789012345678901234567890123456789")};
  const KeyRing keys(std::vector{key});
  Time now{100s};
  SeededRandom random(size);
  Metrics metrics;
  Worker worker(
      "AW_1", [&](const Token& token, WallTime at) { return mint_token(token, key, at); }, random,
      metrics, now);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\xff');
    const std::string_view piece = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (piece.empty()) continue;
    const std::string_view body = piece.substr(1);
    switch (piece.front() % 6) {
      case 0:
        worker.on_frame(false, body, now, wall);
        break;
      case 1:
        worker.on_frame(true, body, now, wall);
        break;
      case 2: {
        livekit::Job job;
        job.set_id(std::string(body));
        job.mutable_room()->set_name("room");
        worker.offer(std::move(job), "node", now);
        break;
      }
      case 3:
        worker.terminate(std::string(body));
        break;
      case 4:
        now += std::chrono::seconds(1 + body.size() % 16);
        if (worker.next_deadline() <= now) worker.on_deadline(now);
        PARLEY_ASSERT(worker.next_deadline() > now);
        break;
      default:
        (void)worker.recall("room", "node");
    }
    while (const auto event = worker.next_event()) {
      const auto* answered = std::get_if<Worker::Answered>(&*event);
      PARLEY_ASSERT(answered == nullptr || worker.registered() || worker.closing() ||
                    answered->answer.outcome() == plane::agents::Answer::GONE);
    }
    while (const auto frame = worker.next_frame()) {
      PARLEY_ASSERT(!frame->text || frame->bytes.starts_with('{'));
      livekit::ServerMessage message;
      // What a worker is given is a token for the room of its job, and for no other.
      if (frame->text || !message.ParseFromString(frame->bytes) || !message.has_assignment())
        continue;
      const auto token = verify_token(message.assignment().token(), keys, wall);
      PARLEY_ASSERT(token && token->room == message.assignment().job().room().name());
    }
    PARLEY_ASSERT(worker.jobs() <= Worker::kMaxJobs);
  }
  return 0;
}
