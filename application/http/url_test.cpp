#include "application/http/url.h"

#include <gtest/gtest.h>

namespace parley::application::http {
namespace {

TEST(Url, IsReadIntoWhatARequestNeeds) {
  const auto url = parse_url("https://hooks.example.com/livekit?token=a%20b#part");
  ASSERT_TRUE(url) << url.error();
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "hooks.example.com");
  EXPECT_EQ(url->port, "443");
  EXPECT_EQ(url->target, "/livekit?token=a%20b");
  EXPECT_EQ(url->authority(), "hooks.example.com:443") << "nothing of the query";
}

TEST(Url, HasDefaultsForPortAndPath) {
  EXPECT_EQ(parse_url("http://a")->port, "80");
  EXPECT_EQ(parse_url("http://a")->target, "/");
  EXPECT_EQ(parse_url("http://a?x=1")->target, "/?x=1");
  EXPECT_EQ(parse_url("http://a:8080/b")->port, "8080");
}

TEST(Url, TakesAddresses) {
  EXPECT_EQ(parse_url("http://127.0.0.1:9000/")->host, "127.0.0.1");
  const auto six = parse_url("http://[::1]:9000/x");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(six->authority(), "[::1]:9000");
}

TEST(Url, RefusesWhatCannotBeCalledOrShouldNot) {
  for (const char* bad :
       {"", "a.example", "ftp://a/", "http://", "http:///x", "http://user:pw@a/", "http://a:0/",
        "http://a:70000/", "http://a:/", "http://a b/", "http://a/\r\nHost: b", "http://[::1",
        "http://[::1]x/", "http://a/\xc3\xa4"}) {
    const auto url = parse_url(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().find("pw"), std::string::npos) << "no secret in the error";
  }
}

}  // namespace
}  // namespace parley::application::http
