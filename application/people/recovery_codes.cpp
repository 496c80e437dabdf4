#include "application/people/recovery_codes.h"

#include <openssl/crypto.h>

#include "application/people/digest.h"

namespace parley::application::people {
namespace {

/// Without i, l, o and u, which are read as others (Crockford's base 32).
constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kLength = 16;  ///< 5 bits each.
constexpr std::size_t kGroup = 4;
constexpr std::size_t kSalt = 16;

std::string new_code(Random& random) {
  std::string code;
  for (std::size_t i = 0; i < kLength; ++i) {
    if (i > 0 && i % kGroup == 0) code += '-';
    code += kLetters[random.below(kLetters.size())];
  }
  return code;
}

/// As it is compared: what people add or write larger does not count.
std::string normal(std::string_view code) {
  std::string out;
  for (const char c : code) {
    if (c == '-' || c == ' ') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

ByteVector salted(ByteView salt, std::string_view code) {
  std::string text(salt.begin(), salt.end());
  return digest(text.append(code));
}

}  // namespace

std::vector<std::string> make_recovery_codes(store::Transaction& transaction,
                                             std::string_view tenant, std::string_view account,
                                             Random& random) {
  remove_recovery_codes(transaction, tenant, account);
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    codes.push_back(new_code(random));
    ByteVector salt(kSalt);
    random.fill(salt);
    transaction.change(
        "INSERT INTO recovery_codes (tenant, account, salt, code_hash) VALUES ($1, $2, $3, $4)",
        {tenant, account, salt, salted(salt, normal(codes.back()))});
  }
  return codes;
}

bool use_recovery_code(store::Transaction& transaction, std::string_view tenant,
                       std::string_view account, std::string_view code) {
  const std::string typed = normal(code);
  ByteVector used;
  // All of them: how long it takes does not say which one it was.
  for (const store::Row& row : transaction.query(
           "SELECT salt, code_hash FROM recovery_codes WHERE tenant = $1 AND account = $2",
           {tenant, account})) {
    const ByteVector shown = salted(row.bytes(0), typed);
    if (CRYPTO_memcmp(shown.data(), row.bytes(1).data(), shown.size()) == 0) used = shown;
  }
  if (used.empty()) return false;
  return transaction.change(
             "DELETE FROM recovery_codes WHERE tenant = $1 AND account = $2 AND code_hash = $3",
             {tenant, account, used}) > 0;
}

std::int64_t count_recovery_codes(store::Transaction& transaction, std::string_view tenant,
                                  std::string_view account) {
  const auto row = transaction.first(
      "SELECT COUNT(*) FROM recovery_codes WHERE tenant = $1 AND account = $2", {tenant, account});
  return row ? row->integer(0) : 0;
}

void remove_recovery_codes(store::Transaction& transaction, std::string_view tenant,
                           std::string_view account) {
  transaction.change("DELETE FROM recovery_codes WHERE tenant = $1 AND account = $2",
                     {tenant, account});
}

}  // namespace parley::application::people
