# frozen_string_literal: true

require 'date'
require 'digest/sha2'
require 'ffi'
require 'json'

# Everything is read here, in this order. What is read later, at first use, can be cut in half by a
# fork, and cannot be read in a signal handler.
require_relative 'airlock/version'
require_relative 'airlock/error'
require_relative 'airlock/argument'
require_relative 'airlock/counted'
require_relative 'airlock/utc_day'
require_relative 'airlock/fields'
require_relative 'airlock/library'
require_relative 'airlock/json_text'
require_relative 'airlock/native'
require_relative 'airlock/handle'
require_relative 'airlock/facts'
require_relative 'airlock/text'
require_relative 'airlock/sentence'
require_relative 'airlock/finding'
require_relative 'airlock/verdict'
require_relative 'airlock/timed_rules'
require_relative 'airlock/license'
require_relative 'airlock/verifier'
require_relative 'airlock/cache'
require_relative 'airlock/gitlab_figures'
require_relative 'airlock/configuration'
require_relative 'airlock/gitlab_license'
require_relative 'airlock/gitlab_refusals'
require_relative 'airlock/gitlab_model'

# Signed licenses for GitLab instances without a network.
#
# `require` opens no library: it is opened at first use, or by {Airlock.check!}.
module Airlock
  # What it descends from may be required after this gem. {Airlock.configure} reads it.
  autoload :ImportError, File.expand_path('airlock/import_error', __dir__)

  @cache = Cache.new

  class << self
    # Says whom to trust and which instance this is. Nothing is resolved before first use.
    #
    # @return [Configuration]
    # @see Configuration#initialize
    def configure(**options)
      const_get(:ImportError)
      @configuration = Configuration.new(**options)
    end

    # @return [Configuration]
    # @raise [ConfigurationError] `not_configured`
    def configuration
      return @configuration if @configuration

      raise ConfigurationError.new('Airlock.configure was not called', code: :not_configured)
    end

    # Stops the boot with the reason if licenses cannot be judged. For an initializer.
    #
    # @return [Boolean] false in a rake task without a database, where nobody knows the instance id;
    #   the library and the roots are looked at all the same
    # @raise [ConfigurationError] the library is missing or of another version; no roots; no
    #   instance id
    def check!
      configuration.check!
    end

    # @return [Verifier] the one that the configuration describes, made at first use
    def verifier
      configuration.verifier
    end

    # Opens a license through the process's cache of open handles.
    #
    # @param text [String] a license file, or its text form
    # @return [License]
    # @raise [Refused] the license is not good; `code` says why
    def open(text)
      settings = configuration
      cache.fetch(settings.cache_key(text)) { settings.verifier.open(text) }
    end

    # @return [Cache] the open handles of this process
    def cache
      @cache
    end
  end
end
