# frozen_string_literal: true

module Airlock
  # Answers as the license object of the gem `gitlab-license` does, from an Airlock license.
  #
  # The dates come from the signed rules. An ended or not yet begun license imports as any other:
  # what it does not allow is in its dates and in its verdict.
  class GitlabLicense
    include Fields

    # The layout of the old gem's attributes that this object follows.
    VERSION = 1

    # What can be read by name. All of it was signed, or is the instance's to know.
    ATTRIBUTES = %i[
      version licensee starts_at expires_at notify_admins_at notify_users_at block_changes_at
      next_sync_at last_synced_at activated_at cloud_licensing_enabled
      offline_cloud_licensing_enabled auto_renew_enabled seat_reconciliation_enabled
      operational_metrics_enabled generated_from_customers_dot generated_from_cancellation
      temporary_extension restrictions
    ].freeze

    # Stands for a read-only day that never comes: `block_changes_at` is compared with, so it is no
    # nil.
    NEVER = Date.new(9999, 12, 31)

    # A hash with symbol keys that finds text keys too: the old gem's nested keys came from JSON.
    class Restrictions < Hash
      # @return the value of the key as a symbol
      def default(key = nil)
        self[key.to_sym] if Argument.plain_text?(key)
      end
    end

    # @return [License] the open license
    attr_reader :airlock_license

    # @param text [String] a license file, or its text form
    # @return [GitlabLicense]
    # @raise [ImportError] the text is no license that this instance may use; `code` says why
    # @raise [ConfigurationError] the instance is not set up; never an {ImportError}
    def self.import(text)
      new(Airlock.open(text))
    rescue Refused => e
      raise import_error(e)
    rescue BadCall => e
      raise e unless e.code == :bad_argument

      raise import_error(e)
    end

    # @api private
    def self.import_error(error)
      ImportError.new(error.message, code: error.code, document: error.document)
    end
    private_class_method :import_error

    # @param license [License]
    def initialize(license)
      @airlock_license = license
    end

    # @return [Integer]
    def version = VERSION

    # @return [true] what could be wrong was found when it was imported
    def valid? = true

    # @return [true]
    def validate! = true

    # @return [Hash{String => String}] Name, Email, Company
    def licensee
      @licensee ||= { 'Name' => terms['name'], 'Email' => terms['email'],
                      'Company' => terms['company'] }.freeze
    end

    # @return [Date] the first day
    def starts_at = airlock_license.from
    alias issued_at starts_at

    # @return [Date] the first day no longer good
    def expires_at = airlock_license.until

    # @return [Date, nil] from when admins are told of the end; other notices to admins have no date
    def notify_admins_at = timed(:notify_admins).first_day

    # @return [Date, nil] from when users are told of the end
    def notify_users_at = timed(:notify_users).first_day

    # @return [Date, nil] from when the instance is read-only; {NEVER} where no rule says so; nil on
    #   such trials
    def block_changes_at
      first = [timed_block_day, (today if conditional_block?)].compact.min
      first || (trial? ? nil : NEVER)
    end

    # @return [nil] an instance without a network does not synchronise
    def next_sync_at = nil
    # @return [nil]
    def last_synced_at = nil
    # @return [nil] the day of installation is the instance's to know
    def activated_at = nil

    # @return [Date] as every `will_...?`, what the attribute gives
    alias will_expire? expires_at
    # @return [Date, nil]
    alias will_notify_admins? notify_admins_at
    # @return [Date, nil]
    alias will_notify_users? notify_users_at
    # @return [Date, nil]
    alias will_block_changes? block_changes_at
    # @return [nil]
    alias will_sync? next_sync_at
    # @return [nil]
    alias activated? activated_at

    # @return [Boolean] true on `expires_at` itself
    def expired? = today >= expires_at
    # @return [Boolean, nil] nil where that day never comes
    def notify_admins? = notify_admins_at && timed(:notify_admins).apply?(today)
    # @return [Boolean, nil] nil where that day never comes
    def notify_users? = notify_users_at && timed(:notify_users).apply?(today)

    # @return [Boolean, nil] whether the instance is read-only; nil on trials that never make it so
    def block_changes?
      return if block_changes_at.nil?

      block_effects.any? { |effect| timed(effect).apply?(today) } || conditional_block?
    end

    # @return [Boolean] the maker's own
    def gl_team_license? = team?('@gitlab.com')
    # @return [Boolean] its sister company's own
    def jh_team_license? = team?('@jihulab.com')

    # @return [Boolean]
    def cloud_licensing? = flag?('cloud_licensing')
    # @return [Boolean]
    def offline_cloud_licensing? = flag?('offline_cloud_licensing')
    # @return [Boolean]
    def auto_renew? = flag?('auto_renew')
    # @return [Boolean]
    def seat_reconciliation? = flag?('seat_reconciliation')
    # @return [Boolean]
    def operational_metrics? = flag?('operational_metrics')
    # @return [Boolean]
    def generated_from_customers_dot? = flag?('generated_from_customers_dot')
    # @return [Boolean]
    def generated_from_cancellation? = flag?('generated_from_cancellation')
    # @return [Boolean]
    def temporary_extension? = flag?('temporary_extension')

    alias cloud_licensing_enabled cloud_licensing?
    alias offline_cloud_licensing_enabled offline_cloud_licensing?
    alias auto_renew_enabled auto_renew?
    alias seat_reconciliation_enabled seat_reconciliation?
    alias operational_metrics_enabled operational_metrics?
    alias generated_from_customers_dot generated_from_customers_dot?
    alias generated_from_cancellation generated_from_cancellation?
    alias temporary_extension temporary_extension?

    # @param key [Symbol, String, nil]
    # @return [Boolean] whether this is restricted; without a key, whether anything is
    def restricted?(key = nil)
      return restrictions.any? if key.nil?
      return restrictions.key?(key.to_sym) if key.is_a?(Symbol) || Argument.plain_text?(key)

      Argument.refuse(key, 'the name of a restriction')
    end

    # @return [Hash{Symbol => Object}] never nil; days within are ISO text
    def restrictions
      @restrictions ||= nested(restriction_values)
    end

    # @return [String] the one text form, which imports again
    def export = airlock_license.text

    ATTRIBUTES.each do |name|
      define_method(:"#{name}=") do |_value|
        raise BadCall.new("#{name} cannot be set: the license is signed", code: :signed)
      end
    end

    # @return [Hash{String => Object}] what the license says, by the names of an exported file, days
    #   as Date; what is not said is absent
    def attributes
      identity.merge(days, flags, 'restrictions' => restrictions).compact
    end

    # @return [Verdict] what applies now, with the figures of the configuration
    def verdict(**given)
      airlock_license.check(Airlock.configuration.facts(airlock_license, **given))
    end

    # Asks for the figures only where a rule does: this may be called for every feature.
    #
    # @return [Boolean] no licensed feature works
    def inactive? = effect?(:inactive)

    # @param adding [Integer] how many; 0 counts as 1, as the act has it
    # @return [Boolean] adding users is refused
    # @raise [BadCall]
    def refuse_new_users?(adding: 1)
      Facts.users(adding)
      inactive? || effect?(:refuse_new_users, adding: [adding, 1].max)
    end

    # @return [String] no text, no name, no mail address
    def inspect = "#<#{self.class} #{airlock_license.id}, #{starts_at} until #{expires_at}>"

    private

    def effect?(effect, **given)
      judged = timed(effect).conditional? ? verdict(**given) : airlock_license.check(today: today)
      judged.effects.include?(effect) || judged.undecided_effects.include?(effect)
    end

    # Every attribute by its name, which `as_json` shows.
    def fields = ATTRIBUTES.to_h { |name| [name.to_s, public_send(name)] }

    def team?(domain) = licensee['Company'].match?(/gitlab/i) && licensee['Email'].end_with?(domain)
    def terms = airlock_license.terms
    def today = Airlock.configuration.today
    def flag?(name) = terms.fetch('flags', []).include?(name)
    def trial? = flag?('trial')
    def timed(effect) = airlock_license.timed_rules(effect)

    # An inactive license may not be written with either; an ended trial falls back to a free
    # instance.
    def block_effects = trial? ? %i[block_changes] : %i[block_changes inactive]
    def timed_block_day = block_effects.filter_map { |effect| timed(effect).first_day }.min

    # A rule that asks for users too has no day: the figures decide. Of a later version's rule
    # nothing is known.
    def conditional_block?
      block_effects.any? do |effect|
        timed(effect).conditional? ? effect?(effect) : needs_later_version?(effect)
      end
    end

    # Without a rule that asks for figures, nothing else leaves an effect undecided.
    def needs_later_version?(effect)
      airlock_license.check(today: today).undecided_effects.include?(effect)
    end

    def identity = { 'version' => version, 'licensee' => licensee }

    def days
      { 'issued_at' => starts_at, 'expires_at' => expires_at,
        'notify_admins_at' => notify_admins_at, 'notify_users_at' => notify_users_at,
        'block_changes_at' => block_changes_at }
    end

    def flags
      { 'cloud_licensing_enabled' => cloud_licensing?,
        'offline_cloud_licensing_enabled' => offline_cloud_licensing?,
        'auto_renew_enabled' => auto_renew?, 'seat_reconciliation_enabled' => seat_reconciliation?,
        'operational_metrics_enabled' => operational_metrics?,
        'generated_from_customers_dot' => generated_from_customers_dot?,
        'generated_from_cancellation' => generated_from_cancellation?,
        'temporary_extension' => temporary_extension? }
    end

    def restriction_values
      { active_user_count: terms['seats'], plan: terms['plan'], trial: trial? || nil,
        id: number_or_text(terms['restriction_id']),
        subscription_id: terms['subscription_id'], subscription_name: terms['subscription'],
        previous_user_count: terms['previous_users'],
        reconciliation_completed: flag?('reconciliation_completed') || nil,
        add_ons: legacy_add_ons, add_on_products: add_on_products, **true_up }.compact
    end

    # GitLab's own ids are numbers; the signed one is text.
    def number_or_text(id)
      id&.match?(/\A[1-9]\d{0,17}\z/) ? id.to_i : id
    end

    def true_up
      paid = terms.fetch('true_up', {})
      { trueup_quantity: paid['quantity'], trueup_from: paid['from'], trueup_to: paid['to'],
        trueup_period_seat_count: paid['base'] }
    end

    def legacy_add_ons
      terms['legacy_add_ons']&.to_h { |add_on| [add_on['name'], add_on['quantity']] }
    end

    def add_on_products
      products = terms['add_ons']&.group_by { |add_on| add_on['product'].to_sym }
      products&.transform_values { |purchases| purchases.map { |purchase| add_on(purchase) } }
    end

    def add_on(purchase)
      { quantity: purchase['quantity'], started_on: purchase['from'], expires_on: purchase['until'],
        purchase_xid: purchase['purchase'], trial: purchase['trial'] }
    end

    # The old add-ons keep the text keys that they always had.
    def nested(value)
      case value
      when Hash then Restrictions.new.update(value.transform_values { |item| nested(item) }).freeze
      when Array then value.map { |item| nested(item) }.freeze
      else value
      end
    end
  end
end
