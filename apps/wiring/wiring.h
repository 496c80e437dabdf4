#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "apps/config/config.h"
#include "apps/media/media.h"
#include "base/address.h"
#include "bus/nats_bus.h"

/// From the configuration to what the parts of a process are given.
namespace parley::apps {

/// The node's own, or one made from the host's name, which stays the same over restarts.
std::string node_id(const Config& config);

bus::NatsConfig nats_config(const Config& config, std::string_view process);

MediaOptions media_options(const Config& config);

/// Where a process keeps what is to stay, unless it is told otherwise.
std::filesystem::path default_data_dir();

/// The configured one, or SQLite's file: beside the bus' state where that has a place of its own,
/// else in `data_dir` (empty: the default one).
Secret database_url(const Config& config, const std::filesystem::path& data_dir = {});

/// The configured one, or in the same folder as SQLite's file would be.
std::filesystem::path secret_file(const Config& config, const std::filesystem::path& data_dir = {});

/// Where the files of chats are: the configured folder, or `files` beside SQLite's file, else in
/// the same folder as that would be.
std::filesystem::path files_folder(const Config& config,
                                   const std::filesystem::path& data_dir = {});

/// Where a port that is not for clients listens: at the first bound address, else at all.
IpAddress internal_address(const Config& config);

observability::LogConfig log_config(const Config& config, std::string_view process);

}  // namespace parley::apps
