# frozen_string_literal: true

# When GitLab refuses a new license, restated in plain words from what is known of its five
# validations: no ActiveRecord, no time zones but an offset, and nothing of the gem.
module Restatement
  # What a license says. Days are Dates; what is nil is not said.
  Terms = Struct.new(:seats, :from, :until, :cloud, :reconciled, :previous_users, :true_up,
                     :true_up_from, :true_up_to, :true_up_base,
                     keyword_init: true)

  # What the instance knows: the moment in UTC, the zone's hours from UTC, the last stored count,
  # rows of a moment in UTC and a count, and the term of the license that is current, if one is.
  Instance = Struct.new(:now, :hours, :users_now, :rows, :current, keyword_init: true) do
    def day(moment) = (moment + (hours * 3600)).utc.to_date
    def today = day(now)

    # The most in whole days of the zone, and the first day that has it; 0 without data.
    def most(from, to)
      found = rows.map { |moment, count| [day(moment), count] }.select { |day, _| day.between?(from, to) }
      found.empty? ? [0, nil] : found.max_by { |day, count| [count, -day.jd] }.reverse
    end
  end

  module_function

  # The sentences of a refusal, with the model's type of error for each; none where it may be
  # installed.
  def refusals(terms, instance)
    seat_refusals(terms, instance) + end_refusals(terms, instance)
  end

  def tolerated(count) = count + (count / 10)

  def seat_refusals(terms, instance)
    return [] if terms.cloud
    return users_now(terms, instance, :check_available_seats) if terms.reconciled
    return users_now(terms, instance, :check_available_seats) + true_up(terms,
                                                                        instance) if terms.true_up

    before(terms, instance)
  end

  def before(terms, instance)
    window = instance.current || [terms.from << 12, terms.until << 12]
    most, day = instance.most(*window)
    previous = terms.previous_users
    return users_now(terms, instance, :invalid) if previous && most <= previous
    return [] if terms.seats.nil? || most <= tolerated(terms.seats)

    allowed = [previous, tolerated(terms.seats)].compact.max
    [[:invalid, "#{most} users on #{day} (the most from #{window[0]} through #{window[1]}), #{allows(allowed, terms)}#{over(most, terms)}"]]
  end

  def users_now(terms, instance, type)
    now = instance.users_now
    return [] if terms.seats.nil? || now <= tolerated(terms.seats)

    [[type, "#{now} users now, #{allows(tolerated(terms.seats), terms)}#{over(now, terms)}"]]
  end

  def true_up(terms, instance)
    base = terms.true_up_base || terms.previous_users
    return [] if base.nil?

    most, day = instance.most(terms.true_up_from, terms.true_up_to)
    return [] if most - base <= tolerated(terms.true_up)

    [[:check_trueup, "#{most} users on #{day} (the most from #{terms.true_up_from} through #{terms.true_up_to}), the true-up allows " \
                     "#{base + tolerated(terms.true_up)} (#{base} before, #{terms.true_up} paid for): #{most - base} over the #{base}."]]
  end

  def end_refusals(terms, instance)
    return [] if instance.today < terms.until

    [[:invalid, "The license has ended: #{terms.until - 1} was its last day, today is #{instance.today}."]]
  end

  def allows(count, terms) = "the license allows #{count} (#{count_of(terms.seats)})"
  def count_of(seats) = seats == 1 ? '1 seat' : "#{seats} seats"
  def over(users, terms) = ": #{users - terms.seats} over the seats."
end
