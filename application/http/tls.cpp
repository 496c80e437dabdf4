// The bodies of Asio's TLS, compiled once (see signaling/boost).
#include <boost/asio/ssl/impl/src.hpp>
