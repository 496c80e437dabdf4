#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "application/people/accounts.h"
#include "application/people/attempts.h"
#include "application/people/guests.h"
#include "application/people/recovery_codes.h"
#include "application/people/second_factor.h"
#include "application/people/sessions.h"
#include "application/people/sign_in.h"
#include "application/people/totp.h"
#include "application/schema/schema.h"
#include "application/store/testing/engines.h"

namespace parley::application::people {
namespace {

using store::Transaction;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const WallTime kStart{std::chrono::seconds(1'800'000'000)};
const Secret kPassword("correct horse battery");
/// Tests check what is done with hashes, not that they are slow.
constexpr PasswordCost kCheap{.memory_kib = 64, .passes = 1};

class PeopleTest : public store::testing::OnEngine {
 protected:
  void SetUp() override {
    database_ = open();
    ASSERT_TRUE(store::migrate(*database_, schema()));
  }
  template <typename Work>
  auto write(Work work) {
    auto done = database_->write(work);
    EXPECT_TRUE(done) << done.error().what;
    if constexpr (!std::is_void_v<std::invoke_result_t<Work&, Transaction&>>) return *done;
  }
  /// Of somebody called Ann.
  Account add(std::string_view email, std::string_view tenant = kDefaultTenant) {
    const std::string hash = hash_password(kPassword, random_, kCheap);
    return write([&](Transaction& t) {
             return add_account(
                 t, {.tenant = tenant, .email = email, .name = "Ann", .password_hash = hash},
                 random_, now_);
           })
        .value();
  }
  /// All three steps. The token, or why not.
  std::expected<Secret, SignInError> sign_in(std::string_view email, const Secret& password,
                                             std::string_view code = "",
                                             std::string_view address = "192.0.2.1") {
    auto begun = write(
        [&](Transaction& t) { return begin_sign_in(t, kDefaultTenant, email, address, now_); });
    if (!begun) return std::unexpected(begun.error());
    const bool right = check_password(*begun, password, random_, kCheap);
    return write([&](Transaction& t) {
      return finish_sign_in(t, vault_, *begun, right, code, "Firefox, Linux", random_, now_);
    });
  }
  std::optional<Session> session(const Secret& token) {
    return write([&](Transaction& t) { return find_session(t, token, now_); });
  }

  std::unique_ptr<store::Database> database_;
  SeededRandom random_{7};
  WallTime now_ = kStart;
  const Vault vault_{Secret("of this server")};
};
INSTANTIATE_TEST_SUITE_P(Engines, PeopleTest, store::testing::engines(),
                         store::testing::engine_name);

TEST_P(PeopleTest, AnAccountIsFoundByItsAddressInAnySpelling) {
  const Account ann = add("Ann@Example.org");
  EXPECT_EQ(ann.email, "ann@example.org");
  EXPECT_EQ(ann.id.size(), 22U);
  EXPECT_EQ(ann.created_at, kStart);
  EXPECT_TRUE(ann.has_password);
  const auto found =
      write([](Transaction& t) { return find_account(t, kDefaultTenant, "ANN@example.ORG"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, ann.id);
}

TEST_P(PeopleTest, AnAddressIsThereOncePerTenantAndTenantsDoNotSeeEachOther) {
  const Account ann = add("ann@example.org");
  const auto again = write([&](Transaction& t) {
    return add_account(t, {.email = "ANN@example.org", .name = "Other"}, random_, now_);
  });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), AccountError::exists);
  const Account other = add("ann@example.org", "acme");
  EXPECT_NE(other.id, ann.id);
  write([&](Transaction& t) {
    EXPECT_FALSE(account_by_id(t, "acme", ann.id));
    EXPECT_FALSE(disable_account(t, "acme", ann.id, now_));
    EXPECT_EQ(list_accounts(t, "acme", "", 10).size(), 1U);
    EXPECT_FALSE(find_account(t, "nobody", "ann@example.org"));
  });
}

TEST_P(PeopleTest, WhatIsNoAddressOrNameIsRefused) {
  for (const char* bad : {"", "ann", "@x", "ann@", "a nn@x.org", "ann\n@x.org"}) {
    const auto added = write([&](Transaction& t) {
      return add_account(t, {.email = bad, .name = "Ann"}, random_, now_);
    });
    ASSERT_FALSE(added) << bad;
    EXPECT_EQ(added.error(), AccountError::bad_email);
  }
  for (const std::string& bad : {std::string(), std::string("a\tb"), std::string(200, 'x')}) {
    const auto added = write([&](Transaction& t) {
      return add_account(t, {.email = "a@b.c", .name = bad}, random_, now_);
    });
    ASSERT_FALSE(added) << bad;
    EXPECT_EQ(added.error(), AccountError::bad_name);
  }
}

TEST_P(PeopleTest, AreListedPageByPage) {
  for (const char* email : {"c@x.org", "a@x.org", "b@x.org"}) add(email);
  std::vector<std::string> seen;
  std::string after;
  for (;;) {
    const auto page =
        write([&](Transaction& t) { return list_accounts(t, kDefaultTenant, after, 2); });
    if (page.empty()) break;
    for (const Account& account : page) seen.push_back(account.email);
    after = seen.back();
  }
  EXPECT_THAT(seen, ElementsAre("a@x.org", "b@x.org", "c@x.org"));
}

TEST_P(PeopleTest, SigningInMakesASessionThatTheDatabaseCannotBeAskedFor) {
  const Account ann = add("ann@example.org");
  const auto token = sign_in("Ann@example.org", kPassword);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->reveal().size(), 43U);
  const auto found = session(*token);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->account, ann.id);
  EXPECT_FALSE(found->is_guest());
  EXPECT_FALSE(session(Secret(std::string(43, 'x'))));
  EXPECT_FALSE(session(Secret("")));
  const auto stored =
      write([](Transaction& t) { return t.first("SELECT token_hash FROM sessions"); });
  EXPECT_EQ(stored->bytes(0).size(), 32U);
  EXPECT_THAT(std::string(as_chars(stored->bytes(0))), ::testing::Not(HasSubstr(token->reveal())));
}

TEST_P(PeopleTest, NobodyLearnsWhoHasAnAccount) {
  add("ann@example.org");
  add("bob@example.org");
  write([&](Transaction& t) {
    EXPECT_TRUE(disable_account(t, kDefaultTenant,
                                find_account(t, kDefaultTenant, "bob@example.org")->id, now_));
    EXPECT_TRUE(add_account(t, {.email = "cat@example.org", .name = "No password"}, random_, now_));
  });
  EXPECT_EQ(sign_in("ann@example.org", Secret("wrong wrong wrong")).error(), SignInError::wrong);
  EXPECT_EQ(sign_in("bob@example.org", kPassword).error(), SignInError::wrong);
  EXPECT_EQ(sign_in("cat@example.org", Secret("")).error(), SignInError::wrong);
  EXPECT_EQ(sign_in("nobody@example.org", kPassword).error(), SignInError::wrong);
  EXPECT_EQ(sign_in("no address", kPassword).error(), SignInError::wrong);
}

TEST_P(PeopleTest, TooManyTriesAtOneAccountHaveToWaitFromWhereverTheyCome) {
  add("ann@example.org");
  add("bob@example.org");
  for (int i = 0; i < kPerAccount.burst; ++i) {
    EXPECT_EQ(
        sign_in("ann@example.org", Secret("wrong wrong wrong"), "", "192.0.2." + std::to_string(i))
            .error(),
        SignInError::wrong);
  }
  EXPECT_EQ(sign_in("ann@example.org", kPassword, "", "203.0.113.9").error(),
            SignInError::too_often);
  EXPECT_TRUE(sign_in("bob@example.org", kPassword)) << "others are not concerned";
  now_ += kPerAccount.pause;
  EXPECT_TRUE(sign_in("ann@example.org", kPassword));
  EXPECT_TRUE(sign_in("ann@example.org", kPassword)) << "forgiven";
}

TEST_P(PeopleTest, TooManyTriesFromOneAddressHaveToWaitWhoeverTheyTry) {
  add("ann@example.org");
  for (int i = 0; i < kPerAddress.burst; ++i) {
    EXPECT_EQ(sign_in("somebody" + std::to_string(i) + "@x.org", kPassword).error(),
              SignInError::wrong);
  }
  EXPECT_EQ(sign_in("ann@example.org", kPassword).error(), SignInError::too_often);
  EXPECT_TRUE(sign_in("ann@example.org", kPassword, "", "203.0.113.9"));
}

TEST_P(PeopleTest, ACodeIsNeededOnceItWasSetUpAndIsGoodOnce) {
  const Account ann = add("ann@example.org");
  const ByteVector secret = new_totp_secret(random_);
  const auto code = [&](int steps = 0) {
    const auto step = now_.time_since_epoch() / kTotpStep + steps;
    return fmt::format("{:06}", hotp(secret, static_cast<std::uint64_t>(step), 6));
  };
  write([&](Transaction& t) { begin_totp(t, vault_, ann.tenant, ann.id, secret, random_); });
  EXPECT_TRUE(sign_in("ann@example.org", kPassword)) << "begun, not confirmed";
  write([&](Transaction& t) {
    EXPECT_FALSE(confirm_totp(t, vault_, ann.tenant, ann.id, "12345", now_));
    EXPECT_TRUE(confirm_totp(t, vault_, ann.tenant, ann.id, code(), now_));
  });
  EXPECT_EQ(sign_in("ann@example.org", kPassword).error(), SignInError::code_needed);
  EXPECT_EQ(sign_in("ann@example.org", Secret("wrong wrong wrong"), code(1)).error(),
            SignInError::wrong)
      << "nobody learns whether a code is right without the password";
  EXPECT_EQ(sign_in("ann@example.org", kPassword, code()).error(), SignInError::code_wrong)
      << "it was used already";
  now_ += kTotpStep;
  EXPECT_TRUE(sign_in("ann@example.org", kPassword, code()));
  EXPECT_EQ(sign_in("ann@example.org", kPassword, code()).error(), SignInError::code_wrong);
  write([&](Transaction& t) { remove_totp(t, ann.tenant, ann.id); });
  EXPECT_TRUE(sign_in("ann@example.org", kPassword));
}

TEST_P(PeopleTest, TheSecretOfCodesIsSealedForItsAccountByAKeyThatIsInNoTable) {
  const Account ann = add("ann@example.org");
  const Account bob = add("bob@example.org");
  const ByteVector secret = new_totp_secret(random_);
  write([&](Transaction& t) { begin_totp(t, vault_, ann.tenant, ann.id, secret, random_); });
  const auto code = fmt::format(
      "{:06}", hotp(secret, static_cast<std::uint64_t>(now_.time_since_epoch() / kTotpStep), 6));
  write([&](Transaction& t) {
    const auto row = t.first("SELECT totp_secret FROM accounts WHERE id = $1", {ann.id});
    EXPECT_TRUE(std::ranges::search(row->bytes(0), secret).empty()) << "in the clear";
    const Vault other(Secret("of another server"));
    EXPECT_FALSE(confirm_totp(t, other, ann.tenant, ann.id, code, now_));
    EXPECT_EQ(count_unreadable_totp(t, vault_), 0);
    EXPECT_EQ(count_unreadable_totp(t, other), 1);
    t.change("UPDATE accounts SET totp_secret = $2 WHERE id = $1", {bob.id, row->bytes(0)});
    EXPECT_FALSE(confirm_totp(t, vault_, bob.tenant, bob.id, code, now_)) << "sealed for Ann";
    EXPECT_TRUE(confirm_totp(t, vault_, ann.tenant, ann.id, code, now_));
  });
}

TEST_P(PeopleTest, ARecoveryCodeLetsInOnceAndIsKeptAsADigest) {
  const Account ann = add("ann@example.org");
  const ByteVector secret = new_totp_secret(random_);
  std::vector<std::string> codes;
  write([&](Transaction& t) {
    begin_totp(t, vault_, ann.tenant, ann.id, secret, random_);
    const auto step = static_cast<std::uint64_t>(now_.time_since_epoch() / kTotpStep);
    ASSERT_TRUE(confirm_totp(t, vault_, ann.tenant, ann.id,
                             fmt::format("{:06}", hotp(secret, step, 6)), now_));
    codes = make_recovery_codes(t, ann.tenant, ann.id, random_);
  });
  ASSERT_EQ(codes.size(), kRecoveryCodes);
  EXPECT_EQ(codes[0].size(), 19U) << codes[0];
  write([&](Transaction& t) {
    t.each("SELECT salt, code_hash FROM recovery_codes", {}, [&](const store::Row& row) {
      for (const std::string& code : codes) {
        EXPECT_TRUE(std::ranges::search(row.bytes(1), as_bytes(code)).empty());
      }
    });
  });
  std::string typed = codes[3];
  std::erase(typed, '-');
  std::ranges::transform(typed, typed.begin(), [](unsigned char c) { return std::toupper(c); });
  EXPECT_EQ(sign_in("ann@example.org", Secret("wrong wrong wrong"), typed).error(),
            SignInError::wrong);
  EXPECT_TRUE(sign_in("ann@example.org", kPassword, typed));
  EXPECT_EQ(sign_in("ann@example.org", kPassword, typed).error(), SignInError::code_wrong);
  write([&](Transaction& t) {
    EXPECT_EQ(count_recovery_codes(t, ann.tenant, ann.id), 9);
    EXPECT_FALSE(use_recovery_code(t, ann.tenant, ann.id, ""));
    make_recovery_codes(t, ann.tenant, ann.id, random_);
    EXPECT_FALSE(use_recovery_code(t, ann.tenant, ann.id, codes[4])) << "of before";
    remove_totp(t, ann.tenant, ann.id);
    EXPECT_EQ(count_recovery_codes(t, ann.tenant, ann.id), 0);
  });
}

TEST_P(PeopleTest, SessionsAreListedAndEndedByTheirOwner) {
  const Account ann = add("ann@example.org");
  const Account bob = add("bob@example.org");
  const auto first = sign_in("ann@example.org", kPassword);
  now_ += 60s;
  const auto second = sign_in("ann@example.org", kPassword);
  const auto of_bob = sign_in("bob@example.org", kPassword);
  const auto list = [&](const Secret& token) {
    return write([&](Transaction& t) { return sessions_of(t, ann.tenant, ann.id, token, now_); });
  };
  const auto listed = list(*second);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_TRUE(listed[0].is_current);
  EXPECT_FALSE(listed[1].is_current);
  EXPECT_EQ(listed[0].client, "Firefox, Linux");
  EXPECT_EQ(listed[1].created_at, kStart);
  write([&](Transaction& t) {
    EXPECT_FALSE(revoke_session_by_id(t, bob.tenant, bob.id, listed[1].id)) << "not Bob's";
    EXPECT_TRUE(revoke_session_by_id(t, ann.tenant, ann.id, listed[1].id));
    EXPECT_FALSE(revoke_session_by_id(t, ann.tenant, ann.id, listed[1].id));
  });
  EXPECT_FALSE(session(*first));
  const auto third = sign_in("ann@example.org", kPassword);
  write([&](Transaction& t) { revoke_other_sessions(t, ann.tenant, ann.id, *third); });
  EXPECT_FALSE(session(*second));
  EXPECT_TRUE(session(*third));
  EXPECT_TRUE(session(*of_bob));
  now_ += kAccountSession.idle;
  EXPECT_TRUE(list(*third).empty()) << "it has ended by itself";
}

TEST_P(PeopleTest, ANewPasswordAndADisabledAccountEndAllSessions) {
  const Account ann = add("ann@example.org");
  const auto first = sign_in("ann@example.org", kPassword);
  const auto second = sign_in("ann@example.org", kPassword);
  const Secret other("another long password");
  write([&](Transaction& t) {
    EXPECT_TRUE(set_password(t, ann.tenant, ann.id, hash_password(other, random_, kCheap)));
  });
  EXPECT_FALSE(session(*first));
  EXPECT_FALSE(session(*second));
  EXPECT_EQ(sign_in("ann@example.org", kPassword).error(), SignInError::wrong);
  const auto third = sign_in("ann@example.org", other);
  ASSERT_TRUE(third);
  write([&](Transaction& t) { EXPECT_TRUE(disable_account(t, ann.tenant, ann.id, now_)); });
  EXPECT_FALSE(session(*third));
  write([&](Transaction& t) { EXPECT_TRUE(enable_account(t, ann.tenant, ann.id)); });
  EXPECT_FALSE(session(*third)) << "what ended does not begin again";
  EXPECT_TRUE(sign_in("ann@example.org", other));
}

TEST_P(PeopleTest, APasswordThatChangesWhileItIsCheckedOpensNothing) {
  const Account ann = add("ann@example.org");
  auto begun = write([&](Transaction& t) {
    return begin_sign_in(t, kDefaultTenant, "ann@example.org", "192.0.2.1", now_);
  });
  ASSERT_TRUE(check_password(*begun, kPassword, random_, kCheap));
  write([&](Transaction& t) {
    EXPECT_TRUE(set_password(t, ann.tenant, ann.id,
                             hash_password(Secret("another long password"), random_, kCheap)));
  });
  const auto token = write([&](Transaction& t) {
    return finish_sign_in(t, vault_, *begun, true, "", "", random_, now_);
  });
  EXPECT_EQ(token.error(), SignInError::wrong);
}

TEST_P(PeopleTest, AHashAtAnOldCostIsMadeAnewAtTheNextSignIn) {
  add("ann@example.org");
  constexpr PasswordCost kDearer{.memory_kib = 128, .passes = 1};
  auto begun = write([&](Transaction& t) {
    return begin_sign_in(t, kDefaultTenant, "ann@example.org", "192.0.2.1", now_);
  });
  ASSERT_TRUE(check_password(*begun, kPassword, random_, kDearer));
  write([&](Transaction& t) {
    EXPECT_TRUE(finish_sign_in(t, vault_, *begun, true, "", "", random_, now_));
    const auto row = t.first("SELECT password_hash FROM accounts");
    EXPECT_FALSE(needs_rehash(row->text(0), kDearer));
    EXPECT_TRUE(verify_password(row->text(0), kPassword));
  });
}

TEST_P(PeopleTest, ASessionEndsUnusedAndInAnyCase) {
  add("ann@example.org");
  const auto token = sign_in("ann@example.org", kPassword);
  now_ += kAccountSession.idle - 1s;
  auto found = session(*token);
  ASSERT_TRUE(found);
  EXPECT_TRUE(is_touch_due(*found, now_));
  write([&](Transaction& t) { touch_session(t, *token, now_); });
  found = session(*token);
  EXPECT_FALSE(is_touch_due(*found, now_));
  now_ += kAccountSession.idle - 1s;
  EXPECT_TRUE(session(*token)) << "it was used in between";
  now_ += 1s;
  EXPECT_FALSE(session(*token));

  const auto busy = sign_in("ann@example.org", kPassword);
  const WallTime end = now_ + kAccountSession.absolute;
  for (; now_ < end; now_ += std::chrono::hours(1)) {
    ASSERT_TRUE(session(*busy));
    write([&](Transaction& t) { touch_session(t, *busy, now_); });
  }
  EXPECT_FALSE(session(*busy)) << "however busy it was";
}

TEST_P(PeopleTest, WhatHasEndedIsSweptAwayAndNothingElse) {
  const Account ann = add("ann@example.org");
  const auto old = sign_in("ann@example.org", kPassword);
  const Secret guest = write([&](Transaction& t) {
    const auto added = add_guest(t, kDefaultTenant, "meeting", "Gus", random_, now_);
    return start_guest_session(t, kDefaultTenant, added->id, random_, now_);
  });
  now_ += kGuestSession.idle;
  EXPECT_EQ(write([&](Transaction& t) { return sweep_sessions(t, now_); }), 1) << "the guest's";
  EXPECT_TRUE(session(*old));
  now_ += kAccountSession.idle;
  const auto fresh = sign_in("ann@example.org", kPassword);
  EXPECT_EQ(write([&](Transaction& t) { return sweep_sessions(t, now_); }), 1);
  EXPECT_TRUE(session(*fresh));
  write([&](Transaction& t) { revoke_session(t, *fresh); });
  EXPECT_FALSE(session(*fresh));
}

TEST_P(PeopleTest, AGuestIsSomebodyForOneThingOnly) {
  const auto [guest, token] = write([&](Transaction& t) {
    auto added = add_guest(t, kDefaultTenant, "meeting-1", "Gus 🎉", random_, now_);
    Secret made = start_guest_session(t, kDefaultTenant, added->id, random_, now_);
    return std::pair(*added, made);
  });
  const auto found = session(token);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_guest());
  const auto known =
      write([&](Transaction& t) { return guest_by_id(t, kDefaultTenant, found->guest); });
  EXPECT_EQ(known->name, "Gus 🎉");
  EXPECT_EQ(known->scope, "meeting-1");
  write([&](Transaction& t) {
    EXPECT_FALSE(add_guest(t, kDefaultTenant, "meeting-1", "", random_, now_));
    EXPECT_FALSE(guest_by_id(t, "acme", guest.id));
    remove_guests_of(t, kDefaultTenant, "meeting-1");
  });
  EXPECT_FALSE(session(token));
}

TEST_P(PeopleTest, TriesThatMeanNothingAnyMoreAreRemoved) {
  for (int i = 0; i < 100; ++i) {
    write([&](Transaction& t) {
      EXPECT_TRUE(take_attempt(t, "key " + std::to_string(i), kPerAccount, now_));
    });
    now_ += kPerAccount.pause / 2;
  }
  const auto rows = write([](Transaction& t) { return t.query("SELECT * FROM attempts").size(); });
  EXPECT_LE(rows, 4U);
}

TEST(Attempts, ComeInABurstAndThenAtAPace) {
  constexpr Allowance kThree{.burst = 3, .pause = std::chrono::seconds(10)};
  std::optional<WallTime> remembered;
  const auto attempt = [&](WallTime at) {
    const auto next = allowed_until(kThree, remembered, at);
    if (next) remembered = next;
    return next.has_value();
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(attempt(kStart));
  EXPECT_FALSE(attempt(kStart));
  EXPECT_FALSE(attempt(kStart + 9s));
  EXPECT_TRUE(attempt(kStart + 10s));
  EXPECT_FALSE(attempt(kStart + 11s));
  int allowed = 0;
  for (int i = 20; i < 620; ++i) allowed += attempt(kStart + std::chrono::seconds(i)) ? 1 : 0;
  EXPECT_EQ(allowed, 60) << "one in ten seconds, however often it is tried";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(attempt(kStart + 3600s)) << "and a burst after a rest";
}

TEST(Attempts, CountAsManyAsTheyCost) {
  constexpr Allowance kTen{.burst = 10, .pause = std::chrono::milliseconds(100)};
  const auto first = allowed_until(kTen, std::nullopt, kStart, 6);
  ASSERT_TRUE(first);
  EXPECT_FALSE(allowed_until(kTen, first, kStart, 5));
  EXPECT_TRUE(allowed_until(kTen, first, kStart, 4));
  EXPECT_TRUE(allowed_until(kTen, first, kStart + 100ms, 5));
  EXPECT_FALSE(allowed_until(kTen, std::nullopt, kStart, 11)) << "more than there ever is";
}

TEST(Password, IsCheckedBeforeItIsTaken) {
  const auto fault = [](const char* text) {
    return password_fault(Secret(text), "annabel@example.org", "Ann Miller").value_or("");
  };
  EXPECT_EQ(fault("correct horse battery"), "");
  EXPECT_THAT(fault("short"), HasSubstr("12"));
  EXPECT_THAT(fault("aaaaaaaaaaaaaaaa"), HasSubstr("over and over"));
  EXPECT_THAT(fault("xxANNABELxx-2026"), HasSubstr("mail address"));
  EXPECT_THAT(password_fault(Secret(std::string(129, 'x') + "y"), "", "").value_or(""),
              HasSubstr("128"));
}

TEST(Password, IsHashedByArgon2idWithItsOwnSalt) {
  SeededRandom random(1);
  const std::string first = hash_password(kPassword, random);
  const std::string second = hash_password(kPassword, random);
  EXPECT_THAT(first, ::testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_NE(first, second);
  EXPECT_TRUE(verify_password(first, kPassword));
  EXPECT_FALSE(verify_password(first, Secret("correct horse batterz")));
  EXPECT_FALSE(verify_password("", kPassword));
  EXPECT_FALSE(verify_password("$argon2id$v=19$m=1", kPassword));
  EXPECT_FALSE(verify_nobody(Secret("nobody")));
  EXPECT_FALSE(needs_rehash(first));
  EXPECT_TRUE(needs_rehash(hash_password(kPassword, random, kCheap)));
  // A known answer of the reference implementation's own tests.
  EXPECT_TRUE(
      verify_password("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                      "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                      Secret("password")));
}

TEST(Totp, GivesTheNumbersOfTheRfcs) {
  // RFC 4226 appendix D.
  const ByteView secret = as_bytes("12345678901234567890");
  constexpr std::array<std::uint32_t, 10> kHotp{755224, 287082, 359152, 969429, 338314,
                                                254676, 287922, 162583, 399871, 520489};
  for (std::uint64_t i = 0; i < kHotp.size(); ++i) EXPECT_EQ(hotp(secret, i, 6), kHotp[i]);
  // RFC 6238 appendix B, SHA-1.
  for (const auto& [time, code] : {std::pair<std::uint64_t, std::uint32_t>{59, 94287082},
                                   {1111111109, 7081804},
                                   {1111111111, 14050471},
                                   {1234567890, 89005924},
                                   {2000000000, 69279037},
                                   {20000000000, 65353130}}) {
    EXPECT_EQ(hotp(secret, time / 30, 8), code) << time;
  }
}

TEST(Totp, TakesACodeOfAStepAroundNowOnce) {
  const ByteView secret = as_bytes("12345678901234567890");
  const WallTime now{std::chrono::seconds(59)};  // Step 1, whose code is 287082.
  EXPECT_EQ(verify_totp(secret, "287082", now, 0), 1);
  EXPECT_EQ(verify_totp(secret, "287082", now + 30s, 0), 1) << "typed slowly";
  EXPECT_EQ(verify_totp(secret, "359152", now, 0), 2) << "a clock that is ahead";
  EXPECT_FALSE(verify_totp(secret, "287082", now + 60s, 0));
  EXPECT_FALSE(verify_totp(secret, "287082", now, 1)) << "used";
  for (const char* bad : {"", "28708", "2870822", "abcdef"}) {
    EXPECT_FALSE(verify_totp(secret, bad, now, 0)) << bad;
  }
}

TEST(Totp, IsSetUpByAUriThatAppsRead) {
  // RFC 4648 section 10.
  EXPECT_EQ(to_base32(as_bytes("foobar")), "MZXW6YTBOI");
  EXPECT_EQ(to_base32(as_bytes("fooba")), "MZXW6YTB");
  EXPECT_EQ(to_base32(as_bytes("f")), "MY");
  EXPECT_EQ(totp_uri(as_bytes("foobar"), "Parley at work", "ann@example.org"),
            "otpauth://totp/Parley%20at%20work:ann%40example.org?secret=MZXW6YTBOI&issuer="
            "Parley%20at%20work");
}

TEST(Client, IsNamedAsItsOwnerKnowsIt) {
  EXPECT_EQ(client_of("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
            "Firefox, Linux");
  EXPECT_EQ(client_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
                      "Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"),
            "Edge, Windows");
  EXPECT_EQ(client_of("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
                      "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"),
            "Safari, iPhone");
  EXPECT_EQ(client_of("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile "
                      "Safari/537.36"),
            "Chrome, Android");
  EXPECT_EQ(client_of("curl/8.1"), "");
}

TEST(Vault, OpensWhatItSealedAndNothingElse) {
  SeededRandom random{3};
  const Vault vault(Secret("one"));
  const ByteVector sealed = vault.seal(as_bytes("secret"), "default/a", random);
  EXPECT_NE(sealed, vault.seal(as_bytes("secret"), "default/a", random)) << "another nonce";
  const auto opened = vault.open(sealed, "default/a");
  ASSERT_TRUE(opened);
  EXPECT_TRUE(std::ranges::equal(*opened, as_bytes("secret")));
  EXPECT_FALSE(vault.open(sealed, "default/b"));
  EXPECT_FALSE(Vault(Secret("two")).open(sealed, "default/a"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    ByteVector bent = sealed;
    bent[i] ^= 1;
    EXPECT_FALSE(vault.open(bent, "default/a")) << i;
  }
  EXPECT_FALSE(vault.open(ByteView(sealed).first(20), "default/a"));
  EXPECT_FALSE(vault.open({}, "default/a"));
}

}  // namespace
}  // namespace parley::application::people
