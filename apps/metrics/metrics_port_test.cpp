#include "apps/metrics/metrics_port.h"

#include <gtest/gtest.h>

#include <thread>

#include "runtime/tcp.h"

namespace parley::apps {
namespace {

std::string ask(std::uint16_t port, std::string_view request) {
  auto connection = runtime::TcpConnection::connect({IpAddress::v4(127, 0, 0, 1), port}, 65536);
  if (!connection || !connection->write({as_bytes(request)})) return "no connection";
  std::string out;
  std::vector<std::uint8_t> buffer(4096);
  for (int tries = 0; tries < 2000; ++tries) {
    static_cast<void>(connection->flush());
    const auto read = connection->read(buffer);
    if (!read) return out;
    if (*read == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    out += as_chars(ByteView(buffer).first(*read));
  }
  return out + "(never closed)";
}

TEST(MetricsPort, AnswersAScrapeWithTheRegistrysText) {
  observability::Registry registry;
  const auto registration = registry.add(
      [](observability::Exposition& out) { out.counter("parley_test_total", "A test.", 42); });
  const auto port = MetricsPort::open({IpAddress::v4(127, 0, 0, 1), 0}, registry);
  ASSERT_TRUE(port) << port.error().to_string();
  const std::string answer = ask((*port)->port(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("parley_test_total 42"), std::string::npos) << answer;
  EXPECT_TRUE(ask((*port)->port(), "DELETE / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
}

TEST(MetricsPort, HangsUpOnARequestThatIsTooLong) {
  observability::Registry registry;
  const auto port = MetricsPort::open({IpAddress::v4(127, 0, 0, 1), 0}, registry);
  ASSERT_TRUE(port);
  EXPECT_EQ(ask((*port)->port(), std::string(9000, 'x')), "");
}

}  // namespace
}  // namespace parley::apps
