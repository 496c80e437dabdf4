#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Names of files as people gave them. They are shown and handed on, and never lead anywhere: on
/// our disk a file is called by its id (OWASP ASVS 5.0, 5.3.2).
namespace parley::application::files {

inline constexpr std::size_t kMaxName = 120;  ///< Code points.

/// What may be shown and saved anywhere: without folders, control characters, what turns the
/// direction of writing (`gpj.exe` that looks like `exe.jpg`) or is not seen, what Windows forbids;
/// shortened in the middle, so that the ending stays. nullopt: nothing is left, or it is no UTF-8.
std::optional<std::string> clean_name(std::string_view given);

/// "pdf" of "Report.PDF"; empty: it has none.
std::string ending_of(std::string_view name);

/// RFC 6266: to be saved, under this name. What is not ASCII is said as RFC 8187 has it, beside a
/// name for programs that do not know that.
std::string attachment_of(std::string_view name);

}  // namespace parley::application::files
