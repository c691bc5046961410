# frozen_string_literal: true

module Airlock
  # What GitLab's `License` model takes by one line: `License.prepend(Airlock::GitlabModel)`.
  #
  # Content decides: an Airlock text is judged here, any other by the model's own code, as before.
  # The model has a text attribute `data`, and the methods `license` and `data=` that this module
  # goes before.
  module GitlabModel
    # Again for the same class, as a reloader may do, it changes nothing: a validation is kept once.
    #
    # @api private
    def self.prepended(model)
      model.extend(ClassMethods)
      model.validate(:airlock_acceptable, if: :airlock?, prepend: true)
    end

    # What the model's class gets.
    module ClassMethods
      # Names validations of the model, beside the usual ones, that the verdict replaces.
      #
      # @param names [Array<Symbol>]
      # @return [nil]
      # @raise [BadCall]
      def airlock_replaces(*names)
        names.each { |name| Argument.kind(name, Symbol, 'the name of a validation as a Symbol') }
        own = Module.new { names.each { |name| define_method(name) { super() unless airlock? } } }
        prepend(own)
        nil
      end

      # Chooses among Airlock licenses as the library does, whatever the order of installation: the
      # one in force that was issued last, else the one that began last.
      #
      # @param records [Enumerable] licenses, old ones are passed over
      # @return [Object, nil] a record
      # @raise [BadCall]
      def airlock_choose(records)
        Argument.kind(records, Enumerable, 'licenses')
        found = records.select(&:airlock_license).group_by(&:airlock_license)
        chosen = Airlock.verifier.select(found.keys, Airlock.configuration.today)
        chosen && found[chosen].first
      end
    end

    # Stores the one canonical text of whatever came: a file's bytes, pasted or mangled text. What
    # is not Airlock's, or is damaged, is stored as it came; validation names what is damaged.
    def data=(given)
      super(Text.airlock?(given) ? Text.canonical(given) : given)
    rescue Refused
      super(given)
    end

    # @param file [#read] an uploaded file
    # @raise [BadCall]
    def data_file=(file)
      Argument.refuse(file, 'an uploaded file') unless file.respond_to?(:read)
      self.data = file.read(Text::MOST_BYTES + 1)
    end

    # @return [GitlabLicense, Object, nil] as the model's own: nil where the text is no license
    def license
      return super unless airlock?

      import_airlock
    rescue ImportError
      nil
    end

    # @return [Boolean] whether its first day has come, by the one clock of all Airlock licenses
    def started?
      return super unless airlock?

      (found = license) ? found.starts_at <= Airlock.configuration.today : false
    end

    # @return [Boolean] whether its first day is still to come, by the same clock
    def future_dated?
      return super unless airlock?

      (found = license) ? found.starts_at > Airlock.configuration.today : false
    end

    # @return [Boolean] whether the stored text is Airlock's
    def airlock?
      Text.airlock?(data)
    end

    # @return [License, nil] the open license; nil for an old one
    def airlock_license
      license&.airlock_license if airlock?
    end

    # @param activating [Boolean]
    # @param adding [Integer] users about to be added
    # @return [Verdict, nil] what applies now; nil for an old license
    def airlock_verdict(activating: false, adding: 0)
      license&.verdict(activating: activating, adding: adding) if airlock?
    end

    # @return [Boolean] whether no licensed feature works, whatever the plan; also where the text is
    #   no license that this instance may use
    def airlock_inactive?
      airlock? && ((found = license).nil? || found.inactive?)
    end

    # @param adding [Integer] how many
    # @return [Boolean] whether adding users is refused; also where the text is no license that this
    #   instance may use
    def airlock_refuses_new_users?(adding: 1)
      airlock? && ((found = license).nil? || found.refuse_new_users?(adding: adding))
    end

    # @return [Array<String>] what admins are to be told now, with figures and days
    def airlock_notices
      airlock_verdict&.applied(:notify_admins)&.map(&:message) || []
    end

    # @return [Boolean] few seats are left: the signed banner threshold is reached
    def airlock_few_seats_left?
      airlock_verdict&.applies?(:few_seats_left) || false
    end

    # No feature of an inactive license is available.
    def feature_available?(*arguments)
      return false if airlock_inactive?

      super
    end

    private

    # The model's own validations hold for old licenses only: of an Airlock license each would say
    # again, or against the signed rules, what {#airlock_acceptable} says.
    REPLACED = %i[
      valid_license check_users_limit check_trueup check_available_seats not_expired
    ].freeze
    private_constant :REPLACED

    REPLACED.each do |name|
      define_method(name) { super() unless airlock? }
      private name
    end

    def import_airlock
      GitlabLicense.import(data)
    end

    def airlock_acceptable
      add_airlock_errors(airlock_refusals(import_airlock))
    rescue ImportError, Refused => e
      add_airlock_errors(GitlabRefusals.of_error(e))
    end

    def airlock_refusals(found)
      return [] if !new_record? || airlock_installed?(found.airlock_license)

      found.airlock_license.understood!
      GitlabRefusals.of_verdict(found.verdict(activating: true))
    end

    # The upload page joins them without a space.
    def add_airlock_errors(refusals)
      refusals.each_with_index do |refusal, place|
        space = place + 1 < refusals.size ? ' ' : ''
        errors.add(:base, refusal.type, message: refusal.sentence + space, airlock: refusal.code)
      end
    end

    # Installing the same license again changes nothing, and is not judged as an activation.
    def airlock_installed?(found)
      self.class.where(data: found.text).exists?
    end
  end
end
