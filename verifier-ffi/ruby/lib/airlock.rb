# frozen_string_literal: true

require 'date'

require_relative 'airlock/version'
require_relative 'airlock/error'
require_relative 'airlock/configuration'

# Signed licenses for GitLab instances without a network.
#
# Nothing native is loaded by `require`: the library is opened at first use, or by {Airlock.check!}.
module Airlock
  autoload :Argument, 'airlock/argument'
  autoload :Cache, 'airlock/cache'
  autoload :Facts, 'airlock/facts'
  autoload :Finding, 'airlock/finding'
  autoload :GitlabLicense, 'airlock/gitlab_license'
  autoload :GitlabModel, 'airlock/gitlab_model'
  autoload :ImportError, 'airlock/import_error'
  autoload :License, 'airlock/license'
  autoload :Native, 'airlock/native'
  autoload :Sentence, 'airlock/sentence'
  autoload :Text, 'airlock/text'
  autoload :TimedRules, 'airlock/timed_rules'
  autoload :UtcDay, 'airlock/utc_day'
  autoload :Verdict, 'airlock/verdict'
  autoload :Verifier, 'airlock/verifier'

  class << self
    # Says whom to trust and which instance this is. Nothing is resolved before first use.
    #
    # @return [Configuration]
    # @see Configuration#initialize
    def configure(**options)
      @configuration = Configuration.new(**options)
    end

    # @return [Configuration]
    # @raise [ConfigurationError] `not_configured`
    def configuration
      @configuration || raise(ConfigurationError.new('Airlock.configure was not called', code: :not_configured))
    end

    # Stops the boot with the reason if licenses cannot be judged. For an initializer.
    #
    # @return [true]
    # @raise [ConfigurationError] the library is missing or of another version; no roots; no instance id
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
      @cache ||= Cache.new
    end
  end
end
