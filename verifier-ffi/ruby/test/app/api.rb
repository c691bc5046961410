# frozen_string_literal: true

require 'rack'

# The requests that bring a license: pasted text, and the form of the admin page.
class Api
  def call(env)
    License.connection_pool.with_connection { route(Rack::Request.new(env)) }
  end

  private

  def route(request)
    case [request.request_method, request.path_info]
    when ['POST', '/api/v4/license'] then add(License.new(data: request.params['license'])) { |license| first(license) }
    when ['POST', '/admin/license'] then add(uploaded(request)) { |license| page(license) }
    when ['GET', '/api/v4/license'] then show(License.current)
    else answer(404, message: 'not found')
    end
  end

  def uploaded(request)
    License.new(data_file: request.params.dig('license', 'data_file', :tempfile))
  end

  # The API says the first message only.
  def first(license)
    answer(400, message: license.errors.full_messages.first)
  end

  # The page joins all of them without a space, and takes them as HTML.
  def page(license)
    [400, { 'Content-Type' => 'text/html' }, ["<div>#{license.errors.full_messages.join}</div>"]]
  end

  def add(license)
    return yield(license) unless license.save

    answer(201, id: license.id, plan: license.plan, expires_at: license.expires_at.iso8601, sha256: license.sha256)
  end

  def show(license)
    return answer(404, message: 'no license') unless license

    answer(200, id: license.id, plan: license.plan, seats: license.restrictions[:active_user_count], worker: Process.pid)
  end

  def answer(status, body)
    [status, { 'Content-Type' => 'application/json' }, [JSON.generate(body)]]
  end
end
