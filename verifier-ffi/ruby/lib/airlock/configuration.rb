# frozen_string_literal: true

module Airlock
  # Whom to trust, which instance this is, and where its figures come from. Resolved at first use,
  # once; only `today` and the figures are asked for each time.
  class Configuration
    # How often resolving may begin again within itself: twice by a signal handler.
    MOST_DEPTH = 3
    DEPTH = :airlock_depth
    private_constant :DEPTH

    OPTIONS = %i[roots instance_id today users_now daily_users last_report library].freeze

    # @param roots [Array<String>, String, #call] root public keys: PEM, 64 hexadecimal digits, or
    #   32 bytes each
    # @param instance_id [String, #call] the instance's UUID
    # @param today [#call] the day, a Date; by default the one by which GitLab's model decides
    # @param users_now [#call, nil] billable users now; by default what GitLab has stored last
    # @param daily_users [#call, nil] takes two dates; returns pairs of a day and its billable
    #   users; by default GitLab's history
    # @param last_report [#call, nil] the day of the last usage report; without one, its age counts
    #   from the license's first day
    # @param library [String, nil] path of the library; else `AIRLOCK_LIBRARY`, else the system's
    # @raise [ConfigurationError] `bad_option`
    def initialize(roots: nil, instance_id: nil, today: GitlabFigures.method(:today),
                   users_now: GitlabFigures.method(:users_now),
                   daily_users: GitlabFigures.method(:daily_users), last_report: nil, library: nil,
                   **other)
      bad_option("there is no option #{other.keys.first}, only #{OPTIONS.join(', ')}") if other.any?
      callable = daily_users.nil? || daily_users.respond_to?(:call)
      bad_option('daily_users is nothing to call') unless callable
      @roots = roots
      @instance_id = instance_id
      @today = today
      @users_now = users_now
      @daily_users = daily_users
      @last_report = last_report
      @library = library
    end

    # @return [Verifier]
    # @raise [ConfigurationError]
    def verifier
      @verifier || resolve_once
    end

    # @return [Boolean] false in a rake task in which nobody knows the instance id yet
    # @raise [ConfigurationError]
    def check!
      verifier
      today
      true
    rescue ConfigurationError => e
      raise unless e.code == :no_instance_id && rake_task?

      check_roots
      false
    end

    # @return [Date]
    # @raise [ConfigurationError] `bad_today`
    def today
      day = value(@today)
      return day if day.instance_of?(Date)

      raise ConfigurationError.new("today is #{day.class}, expected a Date", code: :bad_today)
    end

    # @param text [String]
    # @return [String] the key under which an open handle of this text is kept
    # @raise [BadCall]
    def cache_key(text)
      verifier.fingerprint + Digest::SHA256.digest(Text.bytes(text))
    end

    # Returns what the instance knows now, for a check of this license.
    #
    # @param license [License]
    # @param activating [Boolean]
    # @param adding [Integer] users about to be added
    # @return [Facts]
    # @raise [BadCall]
    def facts(license, activating: false, adding: 0, **other)
      Argument.names(other, %i[activating adding])
      day = today
      Facts.new(today: day, activating: activating, users_adding: adding,
                users_now: value(@users_now), last_report: value(@last_report),
                daily: @daily_users&.call(license.first_day_asked, day))
    end

    # @return [String]
    def inspect = "#<#{self.class}>"

    private

    # Settings are not there where a task runs without a database: `assets:precompile`, `db:setup`.
    def rake_task?
      rake = defined?(::Rake) && ::Rake.respond_to?(:application) && ::Rake.application
      rake && rake.top_level_tasks.any?
    end

    def check_roots
      Verifier.new(roots: given(@roots, :no_roots, 'roots'))
    rescue BadCall, Refused => e
      raise ConfigurationError.new(e.message, code: e.code)
    end

    def resolve_once
      @verifier ||= deeper { resolve }
    end

    # A signal handler may come in while this thread resolves, and then does so too.
    def deeper
      depth = Thread.current[DEPTH] || 0
      Thread.current[DEPTH] = depth + 1
      return yield if depth < MOST_DEPTH

      raise ConfigurationError.new('roots or instance_id ask for a license', code: :circular)
    ensure
      Thread.current[DEPTH] = depth
    end

    def resolve
      Native.load!(@library)
      Verifier.new(roots: given(@roots, :no_roots, 'roots'),
                   instance_id: given(@instance_id, :no_instance_id, 'instance_id'))
    rescue BadCall, Refused => e
      raise ConfigurationError.new(e.message, code: e.code)
    end

    def given(source, code, name)
      found = asked(source, code, name)
      return found unless found.nil? || (found.respond_to?(:empty?) && found.empty?)

      raise ConfigurationError.new("Airlock.configure was given no #{name}", code: code)
    end

    def asked(source, code, name)
      value(source)
    rescue Error
      raise
    rescue StandardError => e
      words = "#{name} cannot be asked for: #{e.class}: #{Error.line(e.message)}"
      raise ConfigurationError.new(words, code: code)
    end

    def bad_option(words)
      raise ConfigurationError.new(words, code: :bad_option)
    end

    def value(source)
      source.respond_to?(:call) ? source.call : source
    end
  end
end
