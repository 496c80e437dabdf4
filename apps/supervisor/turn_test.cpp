#include "apps/supervisor/turn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::apps {
namespace {

using testing::HasSubstr;
using testing::Not;

class TurnTest : public testing::Test {
 protected:
  TurnTest() {
    config_.turn.enabled = true;
    peers_ = {IpAddress::v4(192, 0, 2, 7), IpAddress::v4(127, 0, 0, 1),
              *IpAddress::parse("2001:db8::7")};
  }
  std::string text() const {
    return turn_server_config(config_, peers_, Secret("a-secret"), "/var/lib/parley/turn");
  }
  Config config_;
  std::vector<IpAddress> peers_;
};

// Whoever has a token has credentials for the relay: it must not be a way into the network behind.
TEST_F(TurnTest, NothingButTheMediaNodeIsReachedThroughIt) {
  const std::string conf = text();
  EXPECT_THAT(conf, HasSubstr("denied-peer-ip=0.0.0.0-255.255.255.255\n"));
  EXPECT_THAT(conf, HasSubstr("denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n"));
  EXPECT_THAT(conf, HasSubstr("allowed-peer-ip=192.0.2.7\n"));
  EXPECT_THAT(conf, HasSubstr("allowed-peer-ip=2001:db8::7\n"));
  EXPECT_THAT(conf, Not(HasSubstr("127.0.0.1")));
  EXPECT_THAT(conf, HasSubstr("\nno-tcp-relay\n"));
  EXPECT_THAT(conf, HasSubstr("\nno-multicast-peers\n"));
  EXPECT_THAT(conf, HasSubstr("\nno-cli\n"));
}

TEST_F(TurnTest, AskingNeedsCredentialsAndIsLimited) {
  config_.turn.allocations_per_session = 9;
  EXPECT_THAT(text(), HasSubstr("use-auth-secret\nstatic-auth-secret=a-secret\n"));
  EXPECT_THAT(text(), HasSubstr("user-quota=9\ntotal-quota=10001\n"));
}

TEST_F(TurnTest, TlsIsOursOrThatOfALoadBalancer) {
  EXPECT_THAT(text(), HasSubstr("listening-port=3478\nno-tls\n"));
  config_.turn.tls_port = 5349;
  config_.turn.domain = "turn.example.org";
  config_.turn.cert_file = "/etc/c.pem";
  config_.turn.key_file = "/etc/k.pem";
  EXPECT_THAT(text(), HasSubstr("tls-listening-port=5349\ncert=/etc/c.pem\npkey=/etc/k.pem\n"));
  EXPECT_THAT(text(), HasSubstr("realm=turn.example.org\n"));
  config_.turn.external_tls = true;
  EXPECT_THAT(text(), HasSubstr("no-tls\naux-server=0.0.0.0:5349\n"));
  EXPECT_THAT(text(), Not(HasSubstr("cert=")));
}

TEST_F(TurnTest, ClientsAreToldTheAddressThatTheyReach) {
  EXPECT_THAT(text(), Not(HasSubstr("external-ip")));
  config_.rtc.node_ip = "203.0.113.7";
  EXPECT_THAT(text(), HasSubstr("external-ip=203.0.113.7\n"));
}

TEST_F(TurnTest, LinesAboutSingleClientsAreNotShown) {
  EXPECT_TRUE(is_turn_line_worth_showing("0: : Cannot bind TLS/TCP listener socket to addr ..."));
  EXPECT_TRUE(is_turn_line_worth_showing("0: : WARNING: cannot find certificate file: /c (1)"));
  EXPECT_FALSE(is_turn_line_worth_showing("11: : ERROR: A peer IP 192.0.2.9 denied in the range"));
  EXPECT_FALSE(is_turn_line_worth_showing("0: : session 001: usage: realm=<parley>, username=<x>"));
}

}  // namespace
}  // namespace parley::apps
