#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/meetings/meetings.h"
#include "application/store/transaction.h"
#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

/// The rows of what is written and drawn together. What the bytes mean only pages know.
namespace parley::application::boards {

struct Document {
  std::string name;        ///< "notes"
  std::string id;          ///< Another one when it began anew.
  std::int64_t last = 0;   ///< Of its updates.
  std::int64_t base = 0;   ///< Updates up to it are gone; the snapshot of this number has them.
  std::int64_t bytes = 0;  ///< Of the newest snapshot and what came after it.
};

/// An update by its number, or all up to it.
struct Piece {
  std::int64_t number = 0;
  ByteVector data;
};

/// What the owner of this run finds; what another owner left is no document of theirs.
std::optional<Document> document_of(store::Transaction& transaction,
                                    const meetings::Meeting& meeting, std::string_view name);
/// An empty one, in place of what another owner left.
Document begin_document(store::Transaction& transaction, const meetings::Meeting& meeting,
                        std::string_view name, Random& random);

/// The number that it got.
std::int64_t append_update(store::Transaction& transaction, const meetings::Meeting& meeting,
                           Document& document, ByteView data);
std::optional<Piece> newest_snapshot(store::Transaction& transaction,
                                     const meetings::Meeting& meeting, const Document& document);
/// The number of the newest one; 0: there is none.
std::int64_t covered(store::Transaction& transaction, const meetings::Meeting& meeting,
                     const Document& document);
/// After `number`, in order: as many as `bytes` hold, and one at least.
std::vector<Piece> updates_after(store::Transaction& transaction, const meetings::Meeting& meeting,
                                 const Document& document, std::int64_t number, std::size_t bytes);

/// What stands for all updates so far, from `person`.
void add_snapshot(store::Transaction& transaction, const meetings::Meeting& meeting,
                  Document& document, ByteView data, std::string_view person, WallTime now);
/// Forgets what snapshots from before `before` replaced, and of the rest the oldest, until what is
/// kept has `most` bytes. The last snapshot but one, and what came after it, stays in any case.
void forget_replaced(store::Transaction& transaction, const meetings::Meeting& meeting,
                     Document& document, WallTime before, std::int64_t most);
/// Takes back every snapshot whose updates are still there.
void drop_snapshots(store::Transaction& transaction, const meetings::Meeting& meeting,
                    Document& document);

}  // namespace parley::application::boards
