#include "media/ingest/drop.h"

namespace parley::media {

std::string_view name(IngestDrop drop) {
  switch (drop) {
    case IngestDrop::malformed:
      return "malformed";
    case IngestDrop::unknown_source:
      return "unknown_source";
    case IngestDrop::unknown_payload_type:
      return "unknown_payload_type";
    case IngestDrop::malformed_payload:
      return "malformed_payload";
    case IngestDrop::duplicate:
      return "duplicate";
    case IngestDrop::too_old:
      return "too_old";
    case IngestDrop::probe:
      return "probe";
    case IngestDrop::too_large:
      return "too_large";
    case IngestDrop::pool_exhausted:
      return "pool_exhausted";
  }
  return "unknown";
}

}  // namespace parley::media
