#pragma once

#include <string>
#include <utility>
#include <vector>

/// The smallest files of each kind, made by hand.
namespace parley::application::files::testing {

std::string png(std::uint32_t width = 3, std::uint32_t height = 2);
std::string jpeg(std::uint16_t width = 3, std::uint16_t height = 2);
std::string pdf();
/// Stored entries by name and content.
std::string zip(const std::vector<std::pair<std::string, std::string>>& entries);
/// Says of each entry that it unpacks to so much.
std::string zip_bomb(std::uint32_t unpacked);
std::string docx();
std::string odt();

}  // namespace parley::application::files::testing
