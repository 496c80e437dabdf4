#include "signaling/http/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "bus/local_bus.h"
#include "bus/subjects.h"
#include "livekit_room.pb.h"
#include "signaling/clock.h"
#include "signaling/encoding/base64.h"

// The whole edge over loopback TCP, with a media node that only remembers and repeats.
namespace parley::signaling {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::asio::ip::tcp;
using boost::system::error_code;
using testing::HasSubstr;

ByteVector bytes_of(const google::protobuf::MessageLite& message) {
  ByteVector out(message.ByteSizeLong());
  message.SerializeToArray(out.data(), static_cast<int>(out.size()));
  return out;
}

/// A media node as the edge sees it. Lives on the loop.
class FakeNode {
 public:
  FakeNode(asio::io_context& loop, bus::LocalHub& hub, std::string id, std::string incarnation)
      : bus_(hub, [&loop](auto task) { asio::post(loop, std::move(task)); }),
        timer_(loop),
        id_(std::move(id)),
        incarnation_(std::move(incarnation)) {
    starts_ = bus_.subscribe(bus::node_start(id_), [this](const bus::Message& m) { on_start(m); });
    clients_ = bus_.subscribe(bus::node_all_clients(id_), [this](const bus::Message& m) {
      plane::FromClient message;
      message.ParseFromArray(m.payload.data(), static_cast<int>(m.payload.size()));
      received.push_back(message);
    });
    calls_ = bus_.subscribe(bus::node_api(id_), [this](const bus::Message& m) {
      plane::ApiCall call;
      call.ParseFromArray(m.payload.data(), static_cast<int>(m.payload.size()));
      called.push_back(call);
      bus_.publish(m.reply_to, bytes_of(result));
    });
    announce();
  }

  void say(const plane::ToClient& message) {
    bus_.publish(bus::edge_connection(started.back().edge_id(), started.back().connection_id()),
                 bytes_of(message));
  }
  void say(const livekit::SignalResponse& response) {
    plane::ToClient message;
    message.set_signal_response(response.SerializeAsString());
    say(message);
  }

  std::vector<plane::StartSession> started;
  std::vector<plane::FromClient> received;
  plane::SessionStarted answer;
  std::vector<plane::ApiCall> called;
  plane::ApiResult result;

 private:
  void on_start(const bus::Message& m) {
    plane::StartSession start;
    start.ParseFromArray(m.payload.data(), static_cast<int>(m.payload.size()));
    started.push_back(start);
    plane::SessionStarted reply = answer;
    if (reply.refusal().empty()) {
      reply.set_participant_sid("PA_" + start.identity());
      // Before the reply on purpose: early messages must wait for the socket.
      livekit::SignalResponse first;
      if (start.reconnect()) {
        first.mutable_reconnect();
      } else {
        first.mutable_join()->mutable_room()->set_name(start.room());
      }
      say(first);
    }
    bus_.publish(m.reply_to, bytes_of(reply));
  }
  void announce() {
    plane::NodeStatus status;
    status.set_node_id(id_);
    status.set_incarnation(incarnation_);
    bus_.publish(bus::kNodeStatus, bytes_of(status));
    timer_.expires_after(std::chrono::milliseconds(100));
    timer_.async_wait([this](error_code error) {
      if (!error) announce();
    });
  }

  bus::LocalBus bus_;
  asio::steady_timer timer_;
  std::string id_;
  std::string incarnation_;
  std::unique_ptr<bus::Subscription> starts_;
  std::unique_ptr<bus::Subscription> clients_;
  std::unique_ptr<bus::Subscription> calls_;
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
  std::map<std::string, std::string> headers;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options_.addresses = {"127.0.0.1"};
    options_.port = 0;
    options_.keys = KeyRing({key_});
    options_.placement.patience = 600ms;
  }

  void start() {
    bus_.emplace(hub_, [this](auto task) { asio::post(loop_, std::move(task)); });
    server_.emplace(loop_, *bus_, options_, random_, metrics_);
    const auto listening = server_->listen();
    ASSERT_TRUE(listening) << listening.error();
    tick();
    thread_ = std::thread([this] { loop_.run(); });
  }
  void start_with_node() {
    start();
    start_node("n1", "life-1");
    wait_until([this] { return has_node(); });
  }
  void start_node(const std::string& id, const std::string& incarnation) {
    on_loop([&] { node_ = std::make_unique<FakeNode>(loop_, hub_, id, incarnation); });
  }
  bool has_node() { return get("/").status == 200; }

  ~ServerTest() override {
    if (thread_.joinable()) {
      asio::post(loop_, [this] { loop_.stop(); });
      thread_.join();
    }
    // In the order in which `parley signal` ends: what runs on the loop, then what it refers to.
    ticker_.cancel();
    node_.reset();
    server_.reset();
    bus_.reset();
  }

  /// Runs on the loop's thread and waits for it.
  void on_loop(const std::function<void()>& task) {
    std::promise<void> done;
    asio::post(loop_, [&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  void wait_until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited in vain";
      std::this_thread::sleep_for(5ms);
    }
  }
  /// What the node got, as soon as there is so much of it.
  std::vector<plane::FromClient> received(std::size_t count) {
    std::vector<plane::FromClient> out;
    wait_until([&] {
      on_loop([&] { out = node_->received; });
      return out.size() >= count;
    });
    return out;
  }

  std::string token(const std::function<void(Token&)>& change = {}) {
    Token t = join_token("room", "ann", "Ann", wall_now() + std::chrono::hours(1));
    if (change) change(t);
    return mint_token(t, key_, wall_now());
  }

  tcp::socket connect() {
    tcp::socket socket(client_loop_);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    return socket;
  }

  HttpAnswer send(http::request<http::string_body> request) {
    tcp::socket socket = connect();
    request.set(http::field::host, "localhost");
    request.prepare_payload();
    error_code error;
    http::write(socket, request, error);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.skip(request.method() == http::verb::head);
    http::read(socket, buffer, parser, error);
    HttpAnswer answer{parser.get().result_int(), parser.get().body(), {}};
    for (const auto& field : parser.get()) {
      answer.headers[std::string(field.name_string())] = std::string(field.value());
    }
    return answer;
  }
  HttpAnswer get(const std::string& target, const std::map<std::string, std::string>& headers = {},
                 http::verb method = http::verb::get) {
    http::request<http::string_body> request(method, target, 11);
    for (const auto& [name, value] : headers) request.set(name, value);
    return send(std::move(request));
  }
  HttpAnswer post(const std::string& target, std::string body) {
    http::request<http::string_body> request(http::verb::post, target, 11);
    request.body() = std::move(body);
    return send(std::move(request));
  }
  /// A call of a backend that holds `token`.
  HttpAnswer call(const std::string& method, std::string body, const std::string& token,
                  const std::string& type = "application/json") {
    http::request<http::string_body> request(http::verb::post, "/twirp/livekit." + method, 11);
    request.set(http::field::content_type, type);
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
    request.body() = std::move(body);
    return send(std::move(request));
  }
  std::string backend(const std::function<void(Token&)>& allow) {
    Token token;
    token.expires_at = join_token("", "", "", wall_now() + std::chrono::hours(1)).expires_at;
    allow(token);
    return mint_token(token, key_, wall_now());
  }
  /// Bytes as they are; what comes back until the server closes.
  std::string raw(std::string_view bytes) {
    tcp::socket socket = connect();
    error_code error;
    asio::write(socket, asio::buffer(bytes.data(), bytes.size()), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
  }

  using Socket = websocket::stream<tcp::socket>;
  /// The HTTP status: 101 if `socket` is up.
  unsigned open(Socket& socket, const std::string& target) {
    socket.next_layer().connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    websocket::response_type response;
    error_code error;
    socket.binary(true);
    socket.handshake(response, "localhost", target, error);
    refusal_ = std::string(response.body());
    return response.result_int();
  }
  std::unique_ptr<Socket> joined(const std::string& extra = "&protocol=17") {
    auto socket = std::make_unique<Socket>(client_loop_);
    EXPECT_EQ(open(*socket, "/rtc?access_token=" + token() + extra), 101u) << refusal_;
    return socket;
  }
  livekit::SignalResponse read(Socket& socket) {
    beast::flat_buffer buffer;
    error_code error;
    socket.read(buffer, error);
    close_code_ = error == websocket::error::closed ? socket.reason().code : 0;
    livekit::SignalResponse response;
    EXPECT_TRUE(error ||
                response.ParseFromArray(buffer.data().data(), static_cast<int>(buffer.size())));
    return response;
  }
  void write(Socket& socket, const livekit::SignalRequest& request) {
    socket.binary(true);
    error_code error;
    socket.write(asio::buffer(request.SerializeAsString()), error);
  }

  void tick() {
    hub_.advance(monotonic_now() + skip_);
    ticker_.expires_after(std::chrono::milliseconds(10));
    ticker_.async_wait([this](error_code error) {
      if (!error) tick();
    });
  }

  const ApiKey key_{"devkey", Secret("secret-secret-secret-secret-secret-1")};
  Options options_;
  Metrics metrics_;
  SeededRandom random_{7};
  Duration skip_{};  ///< So much later it is for the bus.
  bus::LocalHub hub_;
  asio::io_context loop_;
  asio::steady_timer ticker_{loop_};
  std::optional<bus::LocalBus> bus_;
  std::optional<Server> server_;
  std::unique_ptr<FakeNode> node_;
  std::thread thread_;
  asio::io_context client_loop_;
  std::string refusal_;
  int close_code_ = 0;
};

TEST_F(ServerTest, IsHealthyWhenAMediaNodeIsHeard) {
  start();
  EXPECT_EQ(get("/").status, 406u);
  start_node("n1", "life-1");
  wait_until([this] { return has_node(); });
  EXPECT_EQ(get("/").body, "OK");
  EXPECT_EQ(get("/", {}, http::verb::head).status, 200u);
  EXPECT_EQ(get("//").body, "OK") << "two slashes are one";
}

TEST_F(ServerTest, ValidateSaysWhatIsWrongWithAToken) {
  start();
  const auto fine = get("/rtc/validate?access_token=" + token());
  EXPECT_EQ(fine.status, 200u);
  EXPECT_EQ(fine.body, "success");
  EXPECT_EQ(fine.headers.at("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(get("/rtc/validate", {{"Authorization", "Bearer " + token()}}).status, 200u);

  const auto expect = [this](const HttpAnswer& answer, unsigned status, const char* words) {
    EXPECT_EQ(answer.status, status);
    EXPECT_THAT(answer.body, HasSubstr(words));
  };
  const auto with = [this](const std::function<void(Token&)>& change) {
    return get("/rtc/validate?access_token=" + token(change));
  };
  expect(get("/rtc/validate"), 401, "no access token");
  expect(get("/rtc/validate", {{"Authorization", "Basic abc"}}), 401, "Bearer");
  expect(get("/rtc/validate?access_token=garbage"), 401, "not a JSON Web Token");
  expect(get("/rtc/validate?access_token=" + token() + "x"), 401, "signature");
  expect(with([](Token& t) { t.expires_at = 1'000'000'000; }), 401, "expired");
  expect(with([](Token& t) { t.grants.set_room_join(false); }), 401, "roomJoin");
  expect(with([](Token& t) { t.room.clear(); }), 401, "no room");
  expect(with([](Token& t) { t.identity.clear(); }), 400, "identity");
  expect(with([](Token& t) { t.identity.assign(300, 'i'); }), 400, "longer than 256");
  expect(get("/rtc/validate?room=elsewhere&access_token=" + token()), 401, "another room");
  expect(get("/rtc/validate?access_token=" + std::string(300 * 1024, 'a')), 401,
         "larger than 256 KiB");
  expect(get("/rtc/v1/validate?access_token=" + token()), 400, "join_request");
  EXPECT_EQ(metrics_.tokens_refused[static_cast<std::size_t>(TokenError::expired)].value(), 1u);
}

TEST_F(ServerTest, AJoinLeadsToASessionAndCarriesMessagesBothWays) {
  start_with_node();
  const auto socket = joined();
  EXPECT_EQ(read(*socket).join().room().name(), "room");

  livekit::SignalRequest request;
  request.mutable_mute()->set_sid("TR_1");
  write(*socket, request);
  EXPECT_EQ(received(1).front().signal_request(), request.SerializeAsString());

  livekit::SignalResponse response;
  response.mutable_track_published()->set_cid("cam");
  on_loop([&] { node_->say(response); });
  EXPECT_EQ(read(*socket).track_published().cid(), "cam");

  livekit::SignalRequest ping;
  ping.set_ping(1);
  write(*socket, ping);
  EXPECT_GT(read(*socket).pong(), 0);

  socket->close(websocket::close_code::normal);
  EXPECT_TRUE(received(2).back().has_closed());
  wait_until([this] { return metrics_.clients_connected.value() == 0; });
}

TEST_F(ServerTest, AJoinRequestOnV1ReachesTheNode) {
  start_with_node();
  livekit::JoinRequest join;
  join.mutable_publisher_offer()->set_sdp("v=0");
  livekit::WrappedJoinRequest wrapper;
  wrapper.set_join_request(join.SerializeAsString());
  Socket socket(client_loop_);
  ASSERT_EQ(open(socket, "/rtc/v1?access_token=" + token() + "&join_request=" +
                             base64url_encode(as_bytes(wrapper.SerializeAsString()))),
            101u);
  EXPECT_TRUE(read(socket).has_join());
  on_loop([&] {
    EXPECT_TRUE(node_->started.back().single_peer_connection());
    EXPECT_EQ(node_->started.back().publisher_offer().sdp(), "v=0");
  });
}

TEST_F(ServerTest, ATextFrameIsAnsweredInJson) {
  start_with_node();
  const auto socket = joined();
  read(*socket);
  socket->text(true);
  socket->write(asio::buffer(std::string(R"({"pingReq":{"timestamp":"5"}})")));
  beast::flat_buffer buffer;
  socket->read(buffer);
  EXPECT_TRUE(socket->got_text());
  EXPECT_THAT(beast::buffers_to_string(buffer.data()),
              HasSubstr(R"({"pongResp":{"lastPingTimestamp":"5")"));
}

TEST_F(ServerTest, ALostTcpConnectionIsReported) {
  start_with_node();
  auto socket = joined();
  read(*socket);
  socket->next_layer().close();
  EXPECT_TRUE(received(1).back().has_closed());
}

TEST_F(ServerTest, TheNodesRefusalIsTheHttpStatus) {
  start_with_node();
  on_loop([&] {
    node_->answer.set_http_status(503);
    node_->answer.set_refusal("the room is full");
  });
  Socket socket(client_loop_);
  EXPECT_EQ(open(socket, "/rtc?access_token=" + token()), 503u);
  EXPECT_EQ(refusal_, "the room is full");
}

TEST_F(ServerTest, BadTokensAreRefusedBeforeTheUpgrade) {
  start_with_node();
  Socket socket(client_loop_);
  EXPECT_EQ(open(socket, "/rtc?access_token=nonsense"), 401u);
  on_loop([&] { EXPECT_TRUE(node_->started.empty()); });
  EXPECT_EQ(get("/rtc?access_token=" + token()).status, 404u) << "no upgrade, no signalling";
}

TEST_F(ServerTest, WithoutAnyNodeAJoinWaitsAndIsThenRefused) {
  start();
  const auto began = std::chrono::steady_clock::now();
  Socket socket(client_loop_);
  EXPECT_EQ(open(socket, "/rtc?access_token=" + token()), 503u);
  EXPECT_THAT(refusal_, HasSubstr("no media node"));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 500ms);
}

TEST_F(ServerTest, ANodeThatComesWhileAJoinWaitsGetsIt) {
  options_.placement.patience = 5s;
  start();
  std::jthread later([this] {
    std::this_thread::sleep_for(300ms);
    start_node("late", "1");
  });
  EXPECT_TRUE(read(*joined()).has_join());
}

TEST_F(ServerTest, ABusThatIsAwayRefusesJoinsUntilItIsBack) {
  options_.placement.patience = 200ms;
  start_with_node();
  hub_.set_available(false);
  Socket socket(client_loop_);
  EXPECT_EQ(open(socket, "/rtc?access_token=" + token()), 503u);
  EXPECT_THAT(refusal_, HasSubstr("bus"));
  hub_.set_available(true);
  wait_until([this] {
    Socket again(client_loop_);
    return open(again, "/rtc?access_token=" + token()) == 101;
  });
}

TEST_F(ServerTest, AnOutageOfTheBusEndsNoCall) {
  start_with_node();
  const auto socket = joined();
  read(*socket);
  hub_.set_available(false);
  std::this_thread::sleep_for(2s);  // Longer than a node may be silent.
  hub_.set_available(true);
  livekit::SignalResponse response;
  response.mutable_track_published()->set_cid("after");
  on_loop([&] { node_->say(response); });
  EXPECT_EQ(read(*socket).track_published().cid(), "after");
}

TEST_F(ServerTest, AResumeReachesTheRoomsNode) {
  start_with_node();
  auto socket = joined();
  read(*socket);
  socket->next_layer().close();
  const auto resumed = joined("&protocol=17&reconnect=1&sid=PA_ann");
  EXPECT_TRUE(read(*resumed).has_reconnect());
  on_loop([&] { EXPECT_EQ(node_->started.back().participant_sid(), "PA_ann"); });
}

TEST_F(ServerTest, AResumeOfAnUnknownRoomIsToldToJoinAnew) {
  start_with_node();
  const auto socket = joined("&protocol=17&reconnect=1&sid=PA_ann");
  const auto leave = read(*socket).leave();
  EXPECT_EQ(leave.action(), livekit::LeaveRequest::RECONNECT);
  EXPECT_EQ(leave.reason(), livekit::STATE_MISMATCH);
  read(*socket);
  EXPECT_EQ(close_code_, 1000);
}

TEST_F(ServerTest, ARestartedNodesClientsAreToldAtOnce) {
  start_with_node();
  const auto socket = joined();
  read(*socket);
  const auto began = std::chrono::steady_clock::now();
  start_node("n1", "life-2");
  EXPECT_EQ(read(*socket).leave().action(), livekit::LeaveRequest::RECONNECT);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  read(*socket);
  EXPECT_EQ(close_code_, 1000);
  EXPECT_TRUE(read(*joined()).has_join()) << "the same room, at home on the node's new life";
}

TEST_F(ServerTest, ADeadNodesClientsAreToldAndItsRoomsMoveToAnother) {
  options_.placement.patience = 4s;
  start_with_node();
  const auto socket = joined();
  read(*socket);
  on_loop([&] { node_.reset(); });
  EXPECT_EQ(read(*socket).leave().action(), livekit::LeaveRequest::RECONNECT);
  start_node("n2", "life-1");
  EXPECT_TRUE(read(*joined()).has_join());
  on_loop([&] { EXPECT_EQ(node_->started.size(), 1u); });
}

TEST_F(ServerTest, TheNodesGoodbyeClosesNormally) {
  start_with_node();
  const auto socket = joined();
  read(*socket);
  on_loop([&] {
    plane::ToClient close;
    close.mutable_close();
    node_->say(close);
  });
  read(*socket);
  EXPECT_EQ(close_code_, 1000);
}

TEST_F(ServerTest, AShutdownSendsClientsElsewhere) {
  start_with_node();
  const auto socket = joined();
  read(*socket);
  on_loop([this] { server_->shutdown(); });
  EXPECT_EQ(read(*socket).leave().action(), livekit::LeaveRequest::RESUME);
  read(*socket);
  EXPECT_EQ(close_code_, 1000);
}

TEST_F(ServerTest, RoomsThatMustBeMadeFirstAreSaidNotToExist) {
  options_.placement.auto_create = false;
  start_with_node();
  Socket socket(client_loop_);
  EXPECT_EQ(open(socket, "/rtc?access_token=" + token()), 404u);
  EXPECT_THAT(refusal_, HasSubstr("requested room does not exist"));
  EXPECT_EQ(get("/rtc/validate?access_token=" + token()).status, 404u);
}

TEST_F(ServerTest, AnOversizedFrameEndsOnlyItsOwnSocket) {
  start_with_node();
  const auto good = joined();
  read(*good);
  const auto bad = joined();
  read(*bad);
  error_code error;
  bad->write(asio::buffer(std::string(3 * 1024 * 1024, 'x')), error);
  read(*bad);
  EXPECT_NE(close_code_, 1000);
  livekit::SignalRequest ping;
  ping.set_ping(1);
  write(*good, ping);
  EXPECT_GT(read(*good).pong(), 0);
}

TEST_F(ServerTest, ACompressedBombIsStoppedAtTheLimit) {
  start_with_node();
  auto socket = std::make_unique<Socket>(client_loop_);
  websocket::permessage_deflate deflate;
  deflate.client_enable = true;
  socket->set_option(deflate);
  ASSERT_EQ(open(*socket, "/rtc?access_token=" + token()), 101u);
  read(*socket);
  error_code error;
  socket->write(asio::buffer(std::string(20 * 1024 * 1024, 'x')), error);
  read(*socket);
  EXPECT_NE(close_code_, 1000);
  EXPECT_TRUE(has_node());
}

TEST_F(ServerTest, CompressionIsAgreedUponAndWorksBothWays) {
  start_with_node();
  auto socket = std::make_unique<Socket>(client_loop_);
  websocket::permessage_deflate deflate;
  deflate.client_enable = true;
  socket->set_option(deflate);
  ASSERT_EQ(open(*socket, "/rtc?access_token=" + token()), 101u);
  read(*socket);
  livekit::SignalRequest request;
  request.mutable_offer()->set_sdp(std::string(50'000, 's'));
  write(*socket, request);
  EXPECT_EQ(received(1).front().signal_request(), request.SerializeAsString());
  livekit::SignalResponse response;
  response.mutable_answer()->set_sdp(std::string(60'000, 't'));
  for (int i = 0; i < 3; ++i) on_loop([&] { node_->say(response); });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(read(*socket).answer().sdp().size(), 60'000u);
}

TEST_F(ServerTest, GarbageIsAnsweredOrDroppedAndNothingElseHappens) {
  options_.header_timeout = 300ms;
  start_with_node();
  EXPECT_THAT(raw("GARBAGE\r\n\r\n"), HasSubstr("400"));
  EXPECT_THAT(raw("GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("400"));
  EXPECT_THAT(raw("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("400"));
  EXPECT_THAT(raw("POST /twirp/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
              HasSubstr("400"));
  EXPECT_THAT(raw("POST /twirp/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
              testing::Not(HasSubstr("200")));
  EXPECT_THAT(raw("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), HasSubstr("400"))
      << "TLS on a plain port";
  std::string noise(4096, '\0');
  for (int seed = 1; seed <= 20; ++seed) {
    SeededRandom random(static_cast<std::uint64_t>(seed));
    random.fill({reinterpret_cast<std::uint8_t*>(noise.data()), noise.size()});
    raw(noise);
  }
  EXPECT_TRUE(has_node());
}

TEST_F(ServerTest, ASlowHeaderIsNotWaitedFor) {
  options_.header_timeout = 200ms;
  start();
  const auto began = std::chrono::steady_clock::now();
  raw("GET / HTTP/1.1\r\nHost: sl");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  // The socket closes a moment before the waiting coroutine is told why.
  wait_until([this] { return metrics_.requests_timed_out.value() == 1; });
}

TEST_F(ServerTest, SizesAreBounded) {
  start();
  const std::string line(60 * 1024, 'h');
  std::string header = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 10; ++i) header += "X-Large: " + line + "\r\n";
  EXPECT_THAT(raw(header + "\r\n"), HasSubstr("431"));
  EXPECT_THAT(raw("POST /twirp/livekit.RoomService/CreateRoom HTTP/1.1\r\nContent-Length: "
                  "10485761\r\n\r\n"),
              HasSubstr("413"));
  EXPECT_EQ(post("/api/v1/probe", std::string(2 * 1024 * 1024, ' ')).status, 413u);
}

TEST_F(ServerTest, ConnectionsBeyondTheLimitAreClosed) {
  options_.max_sockets = 2;
  start();
  const tcp::socket one = connect();
  const tcp::socket two = connect();
  wait_until([this] { return metrics_.sockets_open.value() == 2; });
  EXPECT_EQ(raw("GET / HTTP/1.1\r\n\r\n"), "");
  EXPECT_EQ(metrics_.sockets_over_limit.value(), 1u);
}

TEST_F(ServerTest, OneConnectionServesManyRequests) {
  start_with_node();
  tcp::socket socket = connect();
  beast::flat_buffer buffer;
  for (int i = 0; i < 3; ++i) {
    http::write(socket, http::request<http::empty_body>(http::verb::get, "/nothing", 11));
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    EXPECT_EQ(response.result_int(), 404u);
    EXPECT_TRUE(response.keep_alive());
  }
}

TEST_F(ServerTest, PreflightsAllowAnyOriginAndTheHeadersAskedFor) {
  start();
  const auto answer = get("/rtc/validate",
                          {{"Origin", "https://app.example"},
                           {"Access-Control-Request-Method", "GET"},
                           {"Access-Control-Request-Headers", "authorization, x-other"}},
                          http::verb::options);
  EXPECT_EQ(answer.status, 204u);
  EXPECT_EQ(answer.headers.at("Access-Control-Allow-Origin"), "*");
  EXPECT_THAT(answer.headers.at("Access-Control-Allow-Headers"), HasSubstr("authorization"));
  EXPECT_EQ(answer.headers.at("Access-Control-Max-Age"), "86400");
}

TEST_F(ServerTest, WhatIsNotThereYetSaysSo) {
  start();
  EXPECT_EQ(get("/agent").status, 401u);
  EXPECT_EQ(get("/settings/regions").status, 404u);
  EXPECT_EQ(get("/metrics").status, 404u);
}

TEST_F(ServerTest, ABackendsCallIsCarriedOutByTheNodeOfItsRoom) {
  start_with_node();
  const std::string create = backend([](Token& t) { t.grants.set_room_create(true); });
  livekit::Room room;
  room.set_name("den");
  on_loop([&] { node_->result.set_response(room.SerializeAsString()); });
  const auto made = call("RoomService/CreateRoom", R"({"name":"den","emptyTimeout":7})", create);
  ASSERT_EQ(made.status, 200u) << made.body;
  EXPECT_EQ(made.headers.at("Content-Type"), "application/json");
  EXPECT_THAT(made.body, HasSubstr(R"("name":"den")"));
  EXPECT_THAT(made.body, HasSubstr(R"("max_participants":0)")) << "defaults are written";
  livekit::CreateRoomRequest wish;
  on_loop([&] { wish.ParseFromString(node_->called.at(0).request()); });
  EXPECT_EQ(wish.empty_timeout(), 7u);

  livekit::DeleteRoomRequest remove;
  remove.set_room("den");
  on_loop([&] {
    node_->result.set_error("not_found");
    node_->result.set_text("requested room does not exist");
  });
  const auto gone = call("RoomService/DeleteRoom", remove.SerializeAsString(), create,
                         "application/protobuf; charset=binary");
  EXPECT_EQ(gone.status, 404u);
  EXPECT_EQ(gone.body, R"({"code":"not_found","msg":"requested room does not exist"})");
}

TEST_F(ServerTest, ABackendMayDoWhatItsTokenGrantsAndNoMore) {
  start_with_node();
  const std::string admin = backend([](Token& t) {
    t.room = "den";
    t.grants.set_room_admin(true);
  });
  EXPECT_EQ(call("RoomService/ListParticipants", R"({"room":"den"})", admin).status, 200u);
  for (const auto& [method, body] :
       {std::pair("RoomService/ListParticipants", R"({"room":"attic"})"),
        std::pair("RoomService/ListRooms", "{}"),
        std::pair("RoomService/CreateRoom", R"({"name":"den"})"),
        std::pair("RoomService/DeleteRoom", R"({"room":"den"})")}) {
    const auto refused = call(method, body, admin);
    EXPECT_EQ(refused.status, 401u) << method;
    EXPECT_THAT(refused.body, HasSubstr(R"("code":"unauthenticated")"));
  }
  EXPECT_EQ(call("RoomService/ListRooms", "{}", "").status, 401u);
  EXPECT_EQ(call("RoomService/ListRooms", "{}", "forged").status, 401u);
  const std::string lister = backend([](Token& t) { t.room_list = true; });
  EXPECT_EQ(call("RoomService/ListRooms", "{}", lister).body, R"({"rooms":[]})");
  on_loop([&] { EXPECT_EQ(node_->called.size(), 1u); });
}

TEST_F(ServerTest, WhoWasRemovedDoesNotComeBackWithAnOldToken) {
  start_with_node();
  const auto in_the_room = joined();
  const std::string admin = backend([](Token& t) {
    t.grants.set_room_admin(true);
    t.room = "room";
  });
  const auto issued = [this](std::int64_t seconds_ago) {
    return token([&](Token& t) { t.issued_at = t.expires_at - 3600 - seconds_ago; });
  };
  const std::string before = issued(5);
  const std::string after = issued(-5);
  const auto status = [this](const std::string& jwt) {
    return get("/rtc/validate?access_token=" + jwt);
  };
  EXPECT_EQ(status(before).status, 200u);
  EXPECT_EQ(
      call("RoomService/RemoveParticipant", R"({"room":"room","identity":"ann"})", admin).status,
      200u);
  on_loop([&] {
    ASSERT_FALSE(node_->called.empty());
    EXPECT_EQ(node_->called.back().method(), "RemoveParticipant");
  });
  EXPECT_EQ(status(before).status, 401u);
  EXPECT_THAT(status(before).body, HasSubstr("revoked token"));
  Socket socket(client_loop_);
  EXPECT_EQ(open(socket, "/rtc?access_token=" + before), 401u);
  Socket resuming(client_loop_);
  EXPECT_EQ(open(resuming, "/rtc?reconnect=1&sid=PA_ann&access_token=" + before), 401u);
  EXPECT_EQ(status(after).status, 200u);
  EXPECT_EQ(metrics_.tokens_refused[static_cast<std::size_t>(TokenError::revoked)].value(), 4u);

  // A date that the backend names; one that stands already is not taken back by an earlier one.
  const auto remove = [&](std::int64_t date) {
    return call("RoomService/RemoveParticipant",
                fmt::format(R"({{"room":"room","identity":"ann","revokeTokenTs":"{}"}})", date),
                admin)
        .status;
  };
  const std::int64_t later =
      std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch().count() + 100;
  EXPECT_EQ(remove(later), 200u);
  EXPECT_EQ(status(after).status, 401u);
  EXPECT_EQ(remove(1), 200u);
  EXPECT_EQ(status(after).status, 401u);
  EXPECT_EQ(status(issued(-200)).status, 200u);
}

// Nobody is let in unchecked, and nobody is told that they are removed who could not be kept out.
TEST_F(ServerTest, WithoutTheBusNobodyIsCheckedAndNobodyGetsIn) {
  start_with_node();
  const std::string admin = backend([](Token& t) {
    t.grants.set_room_admin(true);
    t.room = "room";
  });
  hub_.set_available(false);
  EXPECT_EQ(get("/rtc/validate?access_token=" + token()).status, 503u);
  EXPECT_EQ(
      call("RoomService/RemoveParticipant", R"({"room":"room","identity":"ann"})", admin).status,
      503u);
  hub_.set_available(true);
  EXPECT_EQ(get("/rtc/validate?access_token=" + token()).status, 200u);
}

TEST_F(ServerTest, ARevocationIsForgottenWhenNoTokenOfThenIsGoodAnyMore) {
  start_with_node();
  const auto in_the_room = joined();
  const std::string admin = backend([](Token& t) {
    t.grants.set_room_admin(true);
    t.room = "room";
  });
  call("RoomService/RemoveParticipant", R"({"room":"room","identity":"ann"})", admin);
  const std::string old = token([](Token& t) { t.issued_at = 1; });
  EXPECT_EQ(get("/rtc/validate?access_token=" + old).status, 401u);
  on_loop([this] {
    skip_ = *bus::bucket_life(bus::kRevocationsBucket) + 1s;
    hub_.advance(monotonic_now() + skip_);
  });
  EXPECT_EQ(get("/rtc/validate?access_token=" + old).status, 200u);
}

TEST_F(ServerTest, ARoomIsToBeAsTheTokenAndItsPresetSay) {
  options_.room_presets["tiny"].set_max_participants(2);
  options_.room_presets["tiny"].set_metadata("of the preset");
  start_with_node();
  const auto jwt = token([](Token& t) {
    t.room_preset = "tiny";
    t.room_config.set_metadata("of the token");
  });
  Socket socket(client_loop_);
  ASSERT_EQ(open(socket, "/rtc?protocol=17&access_token=" + jwt), 101u) << refusal_;
  read(socket);
  on_loop([&] {
    EXPECT_EQ(node_->started.back().room_config().max_participants(), 2u);
    EXPECT_EQ(node_->started.back().room_config().metadata(), "of the token");
    plane::ToClient wanted;
    wanted.mutable_token_wanted()->set_identity("ann");
    wanted.mutable_token_wanted()->set_room("room");
    node_->say(wanted);
  });
  const auto refreshed = verify_token(read(socket).refresh_token(), options_.keys, wall_now());
  ASSERT_TRUE(refreshed);
  EXPECT_EQ(refreshed->room_config.max_participants(), 2u) << "for a room that it opens anew";

  const auto unknown =
      get("/rtc/validate?access_token=" + token([](Token& t) { t.room_preset = "huge"; }));
  EXPECT_EQ(unknown.status, 400u);
  EXPECT_THAT(unknown.body, HasSubstr("no room preset named huge"));

  // An encoder that speaks HTTP alone opens rooms, too.
  const auto by_http = [&](std::string preset) {
    http::request<http::string_body> request(http::verb::post, "/whip/v1", 11);
    request.set(http::field::content_type, "application/sdp");
    request.set(http::field::authorization,
                "Bearer " + token([&](Token& t) { t.room_preset = std::move(preset); }));
    request.body() = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    return send(std::move(request));
  };
  EXPECT_THAT(by_http("huge").body, HasSubstr("no room preset named huge"));
  by_http("tiny");
  on_loop([&] { EXPECT_EQ(node_->started.back().room_config().max_participants(), 2u); });
}

TEST_F(ServerTest, CreateRoomTakesFromItsPresetWhatItLeavesOpen) {
  options_.room_presets["tiny"].set_max_participants(2);
  start_with_node();
  const std::string create = backend([](Token& t) { t.grants.set_room_create(true); });
  const std::string body = R"({"name":"den","roomPreset":"tiny","emptyTimeout":7})";
  EXPECT_EQ(call("RoomService/CreateRoom", body, create).status, 200u);
  livekit::CreateRoomRequest wish;
  on_loop([&] { wish.ParseFromString(node_->called.at(0).request()); });
  EXPECT_EQ(wish.max_participants(), 2u);
  EXPECT_EQ(wish.empty_timeout(), 7u);
  const auto refused =
      call("RoomService/CreateRoom", R"({"name":"den","roomPreset":"huge"})", create);
  EXPECT_EQ(refused.status, 400u);
  EXPECT_THAT(refused.body, HasSubstr("invalid_argument"));
}

TEST_F(ServerTest, WhoJoinsOrResumesIsToldOfTheRelaysWithCredentialsOfTheirOwn) {
  options_.ice_servers = IceServers({{.urls = {"turn:192.0.2.1:3478?transport=udp"},
                                      .username = {},
                                      .credential = {},
                                      .secret = Secret("north"),
                                      .ttl = std::chrono::seconds(600)}});
  start_with_node();
  auto socket = joined();
  const auto join = read(*socket).join();
  ASSERT_EQ(join.ice_servers_size(), 1);
  EXPECT_EQ(join.room().name(), "room");
  EXPECT_FALSE(join.ice_servers(0).credential().empty());
  socket->next_layer().close();
  const auto resumed = joined("&protocol=17&reconnect=1&sid=PA_ann");
  const auto reconnect = read(*resumed).reconnect();
  ASSERT_EQ(reconnect.ice_servers_size(), 1);
  EXPECT_THAT(reconnect.ice_servers(0).username(), testing::EndsWith(":PA_ann"));
}

TEST_F(ServerTest, ACallThatIsNoneIsNamed) {
  start_with_node();
  const std::string token = backend([](Token& t) {
    t.room = "den";
    t.grants.set_room_admin(true);
    t.grants.set_room_create(true);
  });
  const auto code = [&](const std::string& method, const std::string& body,
                        const std::string& type = "application/json") {
    const auto answer = call(method, body, token, type);
    return fmt::format("{} {}", answer.status, answer.body.substr(9, answer.body.find('"', 9) - 9));
  };
  EXPECT_EQ(code("RoomService/Nonsense", "{}"), "404 bad_route");
  EXPECT_EQ(code("RoomService/CreateRoom", "{}", "text/plain"), "404 bad_route");
  EXPECT_EQ(code("RoomService/CreateRoom", "{"), "400 malformed");
  EXPECT_EQ(code("RoomService/CreateRoom", "\xff", "application/protobuf"), "400 malformed");
  EXPECT_EQ(code("RoomService/CreateRoom", "{}"), "400 invalid_argument");
  const auto named = [](std::size_t length) {
    return fmt::format(R"({{"name":"{}"}})", std::string(length, 'r'));
  };
  EXPECT_EQ(code("RoomService/CreateRoom", named(257)), "400 invalid_argument");
  EXPECT_EQ(call("RoomService/CreateRoom", named(256), token).status, 200u);
  EXPECT_EQ(code("RoomService/GetParticipant", R"({"room":"den","identity":"a"})"),
            "404 not_found");
  EXPECT_EQ(call("RoomService/CreateRoom", R"({"name":"den","newer":[1]})", token).status, 200u)
      << "fields of a newer client";
  EXPECT_EQ(code("Egress/ListEgress", "{}"), "501 unimplemented");
  EXPECT_EQ(get("/twirp/livekit.RoomService/ListRooms").status, 404u);
}

TEST_F(ServerTest, WhatIsTheApplicationsIsAwayWhileNoneIsHeard) {
  start();
  const auto answer = get("/api/v1/session");
  EXPECT_EQ(answer.status, 503u);
  EXPECT_EQ(answer.headers.at("Retry-After"), "1");
  EXPECT_EQ(answer.headers.at("Content-Type"), "application/problem+json");
  EXPECT_EQ(get("/api/v2/session").status, 404u);
}

class WebAppTest : public ServerTest {
 protected:
  WebAppTest() {
    folder_ =
        std::filesystem::path(testing::TempDir()) / ("parley-web-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "assets");
    file("index.html", "<html>app</html>");
    file("assets/index-DwFQ3x9a.js", "script");
    file("assets/index-DwFQ3x9a.js.gz", "packed script");
    file("icon.svg", "<svg/>");
    file("empty.txt", "");
    file(".hidden", "secret");
    options_.web_folder = folder_;
  }
  ~WebAppTest() override { std::filesystem::remove_all(folder_); }
  void file(const std::string& name, std::string_view content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  std::filesystem::path folder_;
};

TEST_F(WebAppTest, PeopleGetThePageAndProbesGetOk) {
  start_with_node();
  const auto page = get("/", {{"Accept", "text/html,*/*"}});
  EXPECT_EQ(page.body, "<html>app</html>");
  EXPECT_EQ(page.headers.at("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.headers.at("Content-Security-Policy"), HasSubstr("connect-src 'self' ws: wss:"));
  EXPECT_EQ(page.headers.at("Cache-Control"), "no-cache");
  EXPECT_EQ(get("/", {{"Accept", "*/*"}}).body, "OK");
}

TEST_F(WebAppTest, AMeetingLinkLeadsToThePage) {
  start();
  EXPECT_EQ(get("/m/some%20room.v2").body, "<html>app</html>");
  EXPECT_EQ(get("/nowhere").status, 404u);
}

TEST_F(WebAppTest, HashedFilesAreKeptForEverAndComePackedToThoseWhoCanUnpack) {
  start();
  const auto plain = get("/assets/index-DwFQ3x9a.js");
  EXPECT_EQ(plain.body, "script");
  EXPECT_EQ(plain.headers.at("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(plain.headers.at("Cache-Control"), HasSubstr("immutable"));
  const auto packed = get("/assets/index-DwFQ3x9a.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(packed.body, "packed script");
  EXPECT_EQ(packed.headers.at("Content-Encoding"), "gzip");
  EXPECT_NE(packed.headers.at("ETag"), plain.headers.at("ETag"));
}

TEST_F(WebAppTest, AnUnchangedFileIsNotSentAgainAndAChangedOneIs) {
  start();
  const auto first = get("/icon.svg");
  EXPECT_EQ(first.headers.at("Cache-Control"), "no-cache");
  const auto again = get("/icon.svg", {{"If-None-Match", first.headers.at("ETag")}});
  EXPECT_EQ(again.status, 304u);
  EXPECT_EQ(again.body, "");
  file("icon.svg", "<svg>new</svg>");
  EXPECT_EQ(get("/icon.svg", {{"If-None-Match", first.headers.at("ETag")}}).body, "<svg>new</svg>");
  EXPECT_EQ(get("/empty.txt").status, 200u);
  const auto head = get("/icon.svg", {}, http::verb::head);
  EXPECT_EQ(head.headers.at("Content-Length"), "14");
}

TEST_F(WebAppTest, NothingOutsideTheFolderIsServed) {
  start();
  for (const char* path :
       {"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../etc/passwd", "/.hidden",
        "/assets", "/assets/", "/..%5cetc", "/m"}) {
    EXPECT_EQ(get(path).status, 404u) << path;
  }
}

}  // namespace
}  // namespace parley::signaling
