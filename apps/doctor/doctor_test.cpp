#include "apps/doctor/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/tcp.h"
#include "runtime/udp.h"

namespace parley::apps {
namespace {

using testing::HasSubstr;

std::optional<Finding> about(const std::vector<Finding>& findings, std::string_view words) {
  for (const Finding& finding : findings) {
    if (finding.what.find(words) != std::string::npos) return finding;
  }
  return std::nullopt;
}

TEST(Doctor, PortsInUseFailAndSayWhatToDo) {
  const auto tcp = runtime::TcpListener::open({IpAddress::v4(127, 0, 0, 1), 0});
  const auto udp = runtime::UdpSocket::open({.bind = {IpAddress::v4(127, 0, 0, 1), 0}});
  ASSERT_TRUE(tcp && udp);
  Config config;
  config.bind_addresses = {"127.0.0.1"};
  config.port = tcp->address().port;
  config.rtc.udp_port = udp->address().port;
  config.rtc.shards = 1;
  const auto findings = examine(config, "/nowhere/parley");
  const auto http = about(findings, "TCP port " + std::to_string(config.port));
  ASSERT_TRUE(http);
  EXPECT_EQ(http->verdict, Verdict::fail);
  EXPECT_THAT(http->advice, HasSubstr("ss -ltnp"));
  const auto media = about(findings, "UDP port " + std::to_string(config.rtc.udp_port));
  ASSERT_TRUE(media);
  EXPECT_EQ(media->verdict, Verdict::fail);
  EXPECT_EQ(report(findings, false), 1);
}

TEST(Doctor, EverythingThatIsNotFineComesWithAdvice) {
  Config config;
  config.bind_addresses = {"127.0.0.1"};
  for (const Finding& finding : examine(config, "/nowhere/parley")) {
    EXPECT_EQ(finding.verdict == Verdict::ok, finding.advice.empty()) << finding.what;
  }
}

TEST(Doctor, WarningsAloneAreNoFailure) {
  EXPECT_EQ(report({{Verdict::ok, "a", ""}, {Verdict::warn, "b", "do c"}}, true), 0);
  EXPECT_EQ(report({{Verdict::fail, "a", "do b"}}, true), 1);
}

}  // namespace
}  // namespace parley::apps
