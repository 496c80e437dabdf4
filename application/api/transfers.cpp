#include "application/api/transfers.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "application/files/file_name.h"
#include "signaling/placement/await_bus.h"

namespace parley::application::api {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using operation::Problem;
using signaling::await_callback;

namespace {

constexpr auto kWriteTimeout = std::chrono::seconds(20);
/// Of ids that are compared with the rows in one transaction.
constexpr std::size_t kSweepBatch = 500;

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

ByteView filled(const ByteVector& block, std::size_t size) { return ByteView(block).first(size); }

}  // namespace

Transfers::Transfers(asio::io_context& loop, files::Storage& storage, Random& random,
                     std::int64_t most)
    : loop_(loop), storage_(storage), random_(random), most_(most) {}

Transfers::~Transfers() { disk_->join(); }

/// Runs `work` where it may wait, and comes back with what it returned.
template <typename Result, typename Work>
asio::awaitable<Result> Transfers::on_disk(Work work) {
  auto ours = std::make_shared<Work>(std::move(work));
  auto done = await_callback<std::shared_ptr<Result>>([this, ours](const auto& tell) {
    asio::post(*disk_, [this, ours, tell] {
      auto result = std::make_shared<Result>((*ours)());
      asio::post(loop_, [tell, result] { tell(result); });
    });
  });
  auto result = co_await std::move(done);
  co_return std::move(*result);
}

asio::awaitable<std::expected<Transfers::Received, Problem>> Transfers::receive(
    beast::tcp_stream& stream, beast::flat_buffer& buffer, Parser& parser, std::string name) {
  using Result = std::expected<Received, Problem>;
  if (*uploads_ >= kMostUploads) {
    co_return Result(operation::away("So many files come in at once: try again."));
  }
  ++*uploads_;
  const std::shared_ptr<void> counted(nullptr, [uploads = uploads_](void*) { --*uploads; });
  const std::string id = random_.token(files::kIdLength);
  using Opened = std::expected<std::unique_ptr<files::Spool>, std::string>;
  auto opening = on_disk<Opened>([this, id] { return storage_.receive(id); });
  auto opened = co_await std::move(opening);
  if (!opened) co_return Result(operation::away("Files cannot be kept right now."));
  // What is given up is removed where that may take its time.
  const std::shared_ptr<files::Spool> spool(opened->release(), [disk = disk_](files::Spool* one) {
    asio::post(*disk, [gone = std::unique_ptr<files::Spool>(one)] {});
  });

  const auto block = std::make_shared<ByteVector>(kBlock);
  const auto until = asio::steady_timer::clock_type::now() + kLongest;
  std::int64_t total = 0;
  while (!parser.is_done()) {
    parser.get().body().data = block->data();
    parser.get().body().size = block->size();
    error_code error;
    stream.expires_at(std::min(until, asio::steady_timer::clock_type::now() + kPatience));
    co_await http::async_read(stream, buffer, parser, into(error));
    if (error == http::error::need_buffer) error = {};
    if (error) {
      given_up_.add();
      co_return Result(operation::away("The file did not come whole."));
    }
    const std::size_t got = block->size() - parser.get().body().size;
    total += static_cast<std::int64_t>(got);
    // Checked before it is written: whatever length was declared, or none.
    if (total > most_) {
      co_return Result(std::unexpected(
          Problem{413, "too_large", fmt::format("A file can have {} MB at most.", most_ >> 20)}));
    }
    auto writing =
        on_disk<bool>([spool, block, got] { return spool->append(filled(*block, got)); });
    const bool written = co_await std::move(writing);
    if (!written) co_return Result(operation::away("Files cannot be kept right now."));
  }

  // Looked at before it is kept: what is refused is gone with the spool.
  using Checked = std::expected<files::Content, files::KindFault>;
  auto finishing =
      on_disk<std::optional<Checked>>([this, spool, name, id]() -> std::optional<Checked> {
        if (!spool->finish()) return std::nullopt;
        auto content = files::check_content(name, spool->bytes());
        if (content && !storage_.keep(*spool, id)) return std::nullopt;
        return content;
      });
  auto content = co_await std::move(finishing);
  if (!content) co_return Result(operation::away("Files cannot be kept right now."));
  received_.add();
  received_bytes_.add(static_cast<std::uint64_t>(total));
  co_return Result(Received{std::make_shared<files::Upload>(files::Upload{id, total, *content}),
                            spool->digest()});
}

asio::awaitable<std::expected<std::unique_ptr<files::Kept>, Problem>> Transfers::open(
    std::string id) {
  using Result = std::expected<std::unique_ptr<files::Kept>, Problem>;
  auto opening = on_disk<std::unique_ptr<files::Kept>>([this, id] { return storage_.open(id); });
  auto file = co_await std::move(opening);
  if (file == nullptr) co_return Result(operation::not_found("This file is not there any more."));
  co_return Result(std::move(file));
}

asio::awaitable<bool> Transfers::send(beast::tcp_stream& stream, const operation::Content& content,
                                      files::Kept& file, bool keep_alive) {
  http::response<http::buffer_body> out(http::status::ok, 11);
  out.keep_alive(keep_alive);
  out.content_length(file.size());
  out.set(http::field::content_type, content.type);
  out.set(http::field::content_disposition, files::attachment_of(content.name));
  out.set(http::field::cache_control, "no-store");
  out.set("X-Content-Type-Options", "nosniff");
  out.set("Content-Security-Policy", "sandbox; default-src 'none'");
  out.set("Cross-Origin-Resource-Policy", "same-origin");
  out.body().data = nullptr;
  out.body().more = true;
  http::response_serializer<http::buffer_body> serializer(out);
  error_code error;
  stream.expires_after(kWriteTimeout);
  co_await http::async_write_header(stream, serializer, into(error));
  const auto block = std::make_shared<ByteVector>(kBlock);
  std::uint64_t left = file.size();
  while (!error && left > 0) {
    auto reading =
        on_disk<std::optional<std::size_t>>([&file, block] { return file.read(*block); });
    const auto got = co_await std::move(reading);
    if (!got || *got == 0) co_return false;  // Shorter than it said: the other side sees it, too.
    left -= std::min<std::uint64_t>(left, *got);
    out.body().data = block->data();
    out.body().size = *got;
    out.body().more = left > 0;
    stream.expires_after(kWriteTimeout);
    co_await http::async_write(stream, serializer, into(error));
    if (error == http::error::need_buffer) error = {};
  }
  if (!error) sent_.add();
  co_return !error && keep_alive;
}

void Transfers::remove(std::vector<std::string> ids) {
  if (ids.empty()) return;
  removed_.add(ids.size());
  asio::post(*disk_, [this, ids = std::move(ids)] {
    for (const std::string& id : ids) storage_.remove(id);
  });
}

void Transfers::sweep(store::Store& store, WallTime now) {
  asio::post(*disk_, [this, &store, then = now - files::kUnnamedLife] {
    auto ids = std::make_shared<std::vector<std::string>>(storage_.ids_before(then));
    asio::post(loop_, [this, &store, ids] { sweep_some(store, ids); });
  });
}

void Transfers::sweep_some(store::Store& store, std::shared_ptr<std::vector<std::string>> ids) {
  if (ids->empty()) return;
  const auto batch = static_cast<std::ptrdiff_t>(std::min(ids->size(), kSweepBatch));
  std::vector<std::string> some(ids->end() - batch, ids->end());
  ids->erase(ids->end() - batch, ids->end());
  store.read([some = std::move(some)](
                 store::Transaction& transaction) { return files::without_row(transaction, some); },
             [this, &store, ids](auto missing) {
               if (!missing) return;  // The next sweep finds them again.
               remove(std::move(*missing));
               sweep_some(store, ids);
             });
}

void Transfers::expose(observability::Exposition& out) const {
  out.gauge("parley_files_incoming", "Files that are being uploaded.",
            static_cast<double>(*uploads_));
  out.counter("parley_files_received_total", "Files that came in whole.", received_.value());
  out.counter("parley_files_received_bytes_total", "Bytes of those.", received_bytes_.value());
  out.counter("parley_files_given_up_total", "Uploads that broke off.", given_up_.value());
  out.counter("parley_files_sent_total", "Files that were fetched whole.", sent_.value());
  out.counter("parley_files_removed_total", "Files whose bytes were removed.", removed_.value());
}

}  // namespace parley::application::api
