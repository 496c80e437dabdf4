#include "application/files/kind.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <string>

#include "application/files/file_name.h"
#include "application/files/picture.h"
#include "application/files/zip.h"

namespace parley::application::files {
namespace {

using Checked = std::expected<Content, KindFault>;

struct Kind {
  std::string_view ending;
  std::string_view type;
  /// What systems call it, beside `type`.
  std::array<std::string_view, 4> aliases;
  Checked (*check)(const Kind& kind, ByteView bytes);
};

std::unexpected<KindFault> no() { return std::unexpected(KindFault::other_content); }

std::string_view text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::string_view text(ByteView bytes, std::size_t at, std::size_t size) {
  return bytes.size() < at ? std::string_view() : text(bytes).substr(at, size);
}

template <std::optional<PictureSize> (*size_of)(ByteView)>
Checked check_picture(const Kind& kind, ByteView bytes) {
  const auto size = size_of(bytes);
  if (!size || size->width == 0 || size->height == 0) return no();
  if (std::uint64_t{size->width} * size->height > kMostPixels) {
    return std::unexpected(KindFault::bomb);
  }
  return Content{kind.type, size};
}

Checked check_pdf(const Kind& kind, ByteView bytes) {
  // ISO 32000-2, section 7.5.2. Readers that find it further on also read other formats' files.
  if (!text(bytes).starts_with("%PDF-")) return no();
  return Content{kind.type};
}

/// In whichever encoding that keeps ASCII: what no text has are control characters.
Checked check_text_file(const Kind& kind, ByteView bytes) {
  const auto is_of_text = [](std::uint8_t byte) {
    return byte >= 0x20 ? byte != 0x7f
                        : byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
  };
  if (bytes.empty() || !std::ranges::all_of(bytes, is_of_text)) return no();
  return Content{kind.type};
}

std::expected<std::vector<ZipEntry>, KindFault> entries_of(ByteView bytes) {
  auto entries = read_zip(bytes);
  if (entries) return std::move(*entries);
  return std::unexpected(entries.error() == ZipFault::not_whole ? KindFault::other_content
                                                                : KindFault::bomb);
}

Checked check_zip(const Kind& kind, ByteView bytes) {
  const auto entries = entries_of(bytes);
  if (!entries) return std::unexpected(entries.error());
  return Content{kind.type};
}

/// ECMA-376 part 2: a package has [Content_Types].xml; which part it is about makes the ending.
/// One with macros calls itself otherwise (docm …), and is not shared.
Checked check_office(std::string_view part, const Kind& kind, ByteView bytes) {
  const auto entries = entries_of(bytes);
  if (!entries) return std::unexpected(entries.error());
  bool has_types = false;
  bool has_part = false;
  for (const ZipEntry& entry : *entries) {
    has_types = has_types || entry.name == "[Content_Types].xml";
    has_part = has_part || entry.name == part;
    if (entry.name.ends_with("vbaProject.bin")) return no();
  }
  if (!has_types || !has_part) return no();
  return Content{kind.type};
}
Checked check_docx(const Kind& kind, ByteView bytes) {
  return check_office("word/document.xml", kind, bytes);
}
Checked check_xlsx(const Kind& kind, ByteView bytes) {
  return check_office("xl/workbook.xml", kind, bytes);
}
Checked check_pptx(const Kind& kind, ByteView bytes) {
  return check_office("ppt/presentation.xml", kind, bytes);
}

/// OpenDocument 1.3 part 2, section 3.3: the first entry, stored, is the type.
Checked check_open_document(const Kind& kind, ByteView bytes) {
  const auto entries = entries_of(bytes);
  if (!entries) return std::unexpected(entries.error());
  const auto first = std::ranges::find(*entries, std::uint32_t{0}, &ZipEntry::offset);
  if (first == entries->end() || first->name != "mimetype" ||
      stored_content(bytes, *first) != kind.type) {
    return no();
  }
  return Content{kind.type};
}

Checked check_mp3(const Kind& kind, ByteView bytes) {
  // An ID3v2 tag, or at once a frame of layer III (ISO 11172-3, section 2.4.1.3).
  const bool is_frame = bytes.size() >= 4 && bytes[0] == 0xff && (bytes[1] & 0xe6U) == 0xe2 &&
                        (bytes[2] & 0xf0U) != 0xf0;
  if (!text(bytes).starts_with("ID3") && !is_frame) return no();
  return Content{kind.type};
}

/// ISO 14496-12, section 4.3: the brand says for whom it is.
Checked check_brand(std::initializer_list<std::string_view> brands, const Kind& kind,
                    ByteView bytes) {
  if (text(bytes, 4, 4) != "ftyp") return no();
  const auto brand = text(bytes, 8, 4);
  const auto fits = [&](std::string_view one) { return !brand.empty() && brand.starts_with(one); };
  if (std::ranges::none_of(brands, fits)) return no();
  return Content{kind.type};
}
Checked check_mp4(const Kind& kind, ByteView bytes) {
  return check_brand({"iso", "mp4", "avc1", "M4V", "M4A", "MSNV", "dash", "3gp", "f4v"}, kind,
                     bytes);
}
Checked check_mov(const Kind& kind, ByteView bytes) {
  return check_brand({"qt  ", "mp4", "iso"}, kind, bytes);
}

/// RFC 8794: an EBML header, whose DocType stands within its first bytes.
Checked check_webm(const Kind& kind, ByteView bytes) {
  constexpr std::string_view kMark("\x1a\x45\xdf\xa3", 4);
  if (!text(bytes).starts_with(kMark) ||
      text(bytes, 0, 64).find("webm") == std::string_view::npos) {
    return no();
  }
  return Content{kind.type};
}

Checked check_ogg(const Kind& kind, ByteView bytes) {
  if (!text(bytes).starts_with("OggS")) return no();  // RFC 3533, section 6
  return Content{kind.type};
}

Checked check_flac(const Kind& kind, ByteView bytes) {
  if (!text(bytes).starts_with("fLaC")) return no();  // RFC 9639, section 6
  return Content{kind.type};
}

Checked check_wav(const Kind& kind, ByteView bytes) {
  if (!text(bytes).starts_with("RIFF") || text(bytes, 8, 4) != "WAVE") return no();
  return Content{kind.type};
}

// SVG and HTML are missing: they are programs.
constexpr std::array kKinds{
    Kind{"png", "image/png", {}, check_picture<png_size>},
    Kind{"jpg", "image/jpeg", {"image/jpg", "image/pjpeg"}, check_picture<jpeg_size>},
    Kind{"jpeg", "image/jpeg", {"image/jpg", "image/pjpeg"}, check_picture<jpeg_size>},
    Kind{"gif", "image/gif", {}, check_picture<gif_size>},
    Kind{"webp", "image/webp", {}, check_picture<webp_size>},
    Kind{"pdf", "application/pdf", {"application/x-pdf"}, check_pdf},
    Kind{"txt", "text/plain", {}, check_text_file},
    Kind{"md", "text/plain", {"text/markdown", "text/x-markdown"}, check_text_file},
    Kind{"csv",
         "text/csv",
         {"text/plain", "application/csv", "application/vnd.ms-excel"},
         check_text_file},
    Kind{"log", "text/plain", {"text/x-log"}, check_text_file},
    Kind{"docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         {},
         check_docx},
    Kind{"xlsx",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         {},
         check_xlsx},
    Kind{"pptx",
         "application/vnd.openxmlformats-officedocument.presentationml.presentation",
         {},
         check_pptx},
    Kind{"odt", "application/vnd.oasis.opendocument.text", {}, check_open_document},
    Kind{"ods", "application/vnd.oasis.opendocument.spreadsheet", {}, check_open_document},
    Kind{"odp", "application/vnd.oasis.opendocument.presentation", {}, check_open_document},
    Kind{"zip",
         "application/zip",
         {"application/x-zip-compressed", "application/x-zip", "multipart/x-zip"},
         check_zip},
    Kind{"mp3", "audio/mpeg", {"audio/mp3", "audio/x-mp3", "audio/mpeg3"}, check_mp3},
    Kind{"m4a", "audio/mp4", {"audio/x-m4a", "audio/m4a", "audio/aac", "video/mp4"}, check_mp4},
    Kind{"ogg", "audio/ogg", {"application/ogg", "video/ogg"}, check_ogg},
    Kind{"opus", "audio/ogg", {"audio/opus", "application/ogg"}, check_ogg},
    Kind{"wav", "audio/wav", {"audio/x-wav", "audio/wave", "audio/vnd.wave"}, check_wav},
    Kind{"flac", "audio/flac", {"audio/x-flac"}, check_flac},
    Kind{"mp4", "video/mp4", {"audio/mp4", "application/mp4"}, check_mp4},
    Kind{"mov", "video/quicktime", {}, check_mov},
    Kind{"webm", "video/webm", {"audio/webm"}, check_webm},
};

const Kind* kind_of(std::string_view name) {
  const std::string ending = ending_of(name);
  const auto found = std::ranges::find(kKinds, std::string_view(ending), &Kind::ending);
  return found == kKinds.end() ? nullptr : &*found;
}

/// A Content-Type without its parameters, in small letters.
std::string media_type(std::string_view declared) {
  std::string type(declared.substr(0, declared.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type;
}

}  // namespace

std::string_view to_string(KindFault fault) {
  switch (fault) {
    case KindFault::not_shared:
      return "Files of this kind cannot be shared.";
    case KindFault::declared_other:
      return "The declared type does not belong to a file of this name.";
    case KindFault::other_content:
      return "What is in the file is not what its name says.";
    case KindFault::bomb:
      return "Opening this file would take too much, or lead out of its folder.";
  }
  return "unknown";
}

std::expected<void, KindFault> check_kind(std::string_view name, std::string_view declared) {
  const Kind* const kind = kind_of(name);
  if (kind == nullptr) return std::unexpected(KindFault::not_shared);
  const std::string type = media_type(declared);
  if (type.empty() || type == "application/octet-stream" || type == kind->type ||
      std::ranges::find(kind->aliases, std::string_view(type)) != kind->aliases.end()) {
    return {};
  }
  return std::unexpected(KindFault::declared_other);
}

std::expected<Content, KindFault> check_content(std::string_view name, ByteView bytes) {
  const Kind* const kind = kind_of(name);
  if (kind == nullptr) return std::unexpected(KindFault::not_shared);
  return kind->check(*kind, bytes);
}

const std::vector<std::string_view>& shared_endings() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> endings;
    for (const Kind& kind : kKinds) endings.push_back(kind.ending);
    return endings;
  }();
  return all;
}

}  // namespace parley::application::files
