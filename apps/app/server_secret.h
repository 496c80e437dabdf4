#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "base/random.h"
#include "base/secret.h"

namespace parley::apps {

/// What the server's vault is made from (application/people/vault.h): the text of a file that only
/// its owner may read. Made when it is not there, whole and for good before anybody reads it, also
/// where several processes start at once. The error is a sentence.
std::expected<Secret, std::string> read_or_make_secret(const std::filesystem::path& file,
                                                       Random& random);

}  // namespace parley::apps
